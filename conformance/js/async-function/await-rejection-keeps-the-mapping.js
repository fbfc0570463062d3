// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  When the awaited promise is rejected, the catch and finally blocks run in the mapping
  current before the await.
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
  let reject;
  const promise = v.run("made", () => new Promise((_, r) => { reject = r; }));
  const seen = [];
  const result = v.run("call", async () => {
    try {
      await promise;
    } catch (e) {
      seen.push(v.get());
    } finally {
      seen.push(v.get());
    }
  });
  v.run("rejecter", () => reject());
  await result;
  assert.compareArray(seen, ["call", "call"]);
});
