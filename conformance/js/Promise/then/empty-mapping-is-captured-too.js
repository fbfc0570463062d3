// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A reaction registered where nothing is bound runs with nothing bound, also when the
  promise is resolved inside a run.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  let resolve;
  const derived = new Promise((r) => { resolve = r; }).then(() => v.get());
  v.run("resolved", () => resolve());
  assert.sameValue(await derived, "d");
});
