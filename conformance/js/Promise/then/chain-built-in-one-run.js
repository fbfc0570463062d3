// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Each then of a chain captures where it is called; all handlers of a chain built in one run
  have that run's mapping, although their jobs run much later.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const push = () => { seen.push(v.get()); };
  const chain = v.run("chain", () => Promise.resolve().then(push).then(push));
  await v.run("tail", () => chain.then(push));
  assert.compareArray(seen, ["chain", "chain", "tail"]);
});
