// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A message event is dispatched later, and on a port other than the one used to post, so its
  listener has nothing bound.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
not-under: [events-registration, events-cause]
features: [AsyncContext, host-messages]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const channel = v.run("made", () => new MessageChannel());
  const seen = await new Promise((done) => {
    v.run("register", () => { channel.port2.onmessage = (event) => done([event.data, v.get()]); });
    v.run("post", () => channel.port1.postMessage("m"));
  });
  channel.port1.close();
  assert.compareArray(seen, ["m", "d"]);
});
