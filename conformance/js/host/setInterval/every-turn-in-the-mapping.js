// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Every callback of setInterval runs in the mapping of the call, also when clearInterval is
  called in it.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, host-timers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  await new Promise((done) => {
    const id = v.run("call", () => setInterval(() => {
      seen.push(v.get());
      if (seen.length === 3) v.run("clear", () => { clearInterval(id); done(); });
    }, 1));
  });
  assert.compareArray(seen, ["call", "call", "call"]);
});
