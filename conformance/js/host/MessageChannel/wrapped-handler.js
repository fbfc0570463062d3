// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A message handler that was wrapped runs in its captured mapping.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
flags: [async]
features: [AsyncContext, host-messages]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const channel = new MessageChannel();
  const seen = await new Promise((done) => {
    channel.port2.onmessage = v.run("wrap", () => AsyncContext.Snapshot.wrap(() => done(v.get())));
    v.run("post", () => channel.port1.postMessage("m"));
  });
  channel.port1.close();
  assert.sameValue(seen, "wrap");
});
