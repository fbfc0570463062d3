// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Arguments are passed on, and a timer set inside a callback captures the mapping of that
  callback.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, host-timers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = await new Promise((done) => {
    v.run("outer", () => setTimeout((x) => {
      setTimeout((y) => done([x, y, v.get()]), 0, "y");
    }, 0, "x"));
  });
  assert.compareArray(seen, ["x", "y", "outer"]);
});
