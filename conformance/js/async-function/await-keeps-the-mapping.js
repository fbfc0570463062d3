// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  After an await the function continues in the mapping current before it, not in that of the
  settling code.
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
  let resolve;
  const promise = v.run("made", () => new Promise((r) => { resolve = r; }));
  const result = v.run("call", async () => { await promise; return v.get(); });
  v.run("resolver", () => resolve());
  assert.sameValue(await result, "call");
});
