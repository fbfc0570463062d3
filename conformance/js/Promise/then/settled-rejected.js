// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  On a promise that is rejected already the job is created at once, with the mapping of
  then.
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
  const promise = v.run("settled", () => Promise.reject());
  assert.sameValue(await v.run("then", () => promise.then(undefined, () => v.get())), "then");
});
