// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  await reads the constructor of a native promise in the mapping of the function.
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
  const v = new AsyncContext.Variable();
  const promise = Promise.resolve();
  let seen = "unset";
  Object.defineProperty(promise, "constructor", { get() { seen = v.get(); return Promise; } });
  await v.run("call", async () => { await promise; });
  assert.sameValue(seen, "call");
});
