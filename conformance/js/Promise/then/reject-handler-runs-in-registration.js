// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A reject handler runs in the mapping current at then, not in that of the rejection.
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
  let reject;
  const promise = v.run("made", () => new Promise((_, r) => { reject = r; }));
  const derived = v.run("then", () => promise.then(undefined, () => v.get()));
  v.run("rejected", () => reject());
  assert.sameValue(await derived, "then");
});
