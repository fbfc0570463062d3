// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A then called inside a handler captures the mapping of that handler's job, with runs of
  the handler itself on top.
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
  const w = new AsyncContext.Variable();
  const both = () => [v.get(), w.get()];
  const result = await v.run("v", () => Promise.resolve().then(() => w.run("w", () => Promise.resolve().then(both))));
  assert.compareArray(result, ["v", "w"]);
});
