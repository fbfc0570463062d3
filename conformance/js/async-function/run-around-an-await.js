// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A run ends where its func returns; an await in an async func of run continues in the run's
  mapping, an await after the run in the outer one.
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
  await v.run("outer", async () => {
    await v.run("inner", async () => {
      await undefined;
      seen.push(v.get());
    });
    seen.push(v.get());
    await undefined;
    seen.push(v.get());
  });
  assert.compareArray(seen, ["inner", "outer", "outer"]);
});
