// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A scheduler captures where it is called; the callback of queueMicrotask runs in that
  mapping, with what it binds on top.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, host-microtask]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const callback = v.run("made", () => (done) => done(v.get()));
  const seen = await new Promise((done) => { v.run("call", () => queueMicrotask(() => callback(done))); });
  assert.sameValue(seen, "call");
});
