// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  The values of a function that waits in an await are there when it goes on, whatever was
  collected meanwhile.
info: |
  PerformPromiseThen
  7. The agent's current mapping is taken.
  8., 9. Both reactions keep it.
  Await, catch and finally come here too.
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
