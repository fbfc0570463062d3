// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  One function queued twice runs once in each mapping, in order, and a microtask queued
  outside any run has nothing bound.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, host-microtask]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const seen = [];
  const push = () => { seen.push(v.get()); };
  v.run("a", () => queueMicrotask(push));
  v.run("b", () => queueMicrotask(push));
  await new Promise((done) => { queueMicrotask(() => { push(); done(); }); });
  assert.compareArray(seen, ["a", "b", "d"]);
});
