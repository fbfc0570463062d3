// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Calls of one function whose awaits interleave each keep their own mapping.
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
  const log = [];
  const f = async (n) => {
    for (let i = 0; i < n; i++) {
      await undefined;
      log.push(n + ":" + v.get());
    }
  };
  await Promise.all([3, 1, 2].map((n) => v.run(n, () => f(n))));
  assert.compareArray(log.sort(), ["1:1", "2:2", "2:2", "3:3", "3:3", "3:3"]);
});
