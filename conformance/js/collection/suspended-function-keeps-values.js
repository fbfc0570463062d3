// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  The values of a function suspended in an await are still available when it continues after
  a collection.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve;
  const gate = new Promise((r) => { resolve = r; });
  const result = v.run({ kept: true }, async () => { await gate; return v.get(); });
  await undefined;
  $262.gc();
  resolve();
  assert.sameValue((await result).kept, true);
});
