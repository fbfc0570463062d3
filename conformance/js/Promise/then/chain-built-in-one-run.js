// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Each then of a chain captures where it is called; a chain built in one run stays in it
  though its jobs run much later.
info: |
  PerformPromiseThen
  7. The agent's current mapping is taken.
  8., 9. Both reactions keep it.
  Await, catch and finally come here too.
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
