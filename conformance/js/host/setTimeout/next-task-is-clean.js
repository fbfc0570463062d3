// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextswap
description: >
  After a timer callback the mapping is restored; the callback of a timer set outside any
  run has nothing bound.
info: |
  AsyncContextSwap sets the agent's mapping as a whole and returns the previous one; every swap has a
  counterpart that restores that one.
flags: [async]
features: [AsyncContext, host-timers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const seen = [];
  await new Promise((done) => {
    v.run("in", () => setTimeout(() => { seen.push(v.get()); }, 1));
    setTimeout(() => { seen.push(v.get()); done(); }, 2);
  });
  assert.compareArray(seen, ["in", "d"]);
});
