// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  The callbacks of an AsyncDisposableStack all run in the mapping of disposeAsync, also
  those after an inner wait.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, explicit-resource-management]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const stack = new AsyncDisposableStack();
  const seen = [];
  for (let i = 0; i < 3; i++) v.run(i, () => stack.defer(async () => { seen.push(v.get()); }));
  await v.run("dispose", () => stack.disposeAsync());
  assert.compareArray(seen, ["dispose", "dispose", "dispose"]);
});
