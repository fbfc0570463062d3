// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Handlers of unrelated promises settled in one job run in separate jobs, each in its own
  mapping.
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
  const resolvers = [];
  const make = (x) => v.run(x, () => new Promise((r) => resolvers.push(r)).then(() => v.get()));
  const all = [make(1), make(2), make(3)];
  v.run("job", () => { resolvers.reverse().forEach((r) => r()); });
  assert.compareArray(await Promise.all(all), [1, 2, 3]);
});
