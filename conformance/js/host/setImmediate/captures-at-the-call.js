// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The callback of setImmediate runs in the mapping of the call.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, host-immediate]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  assert.sameValue(await new Promise((done) => { v.run("call", () => setImmediate(() => done(v.get()))); }), "call");
});
