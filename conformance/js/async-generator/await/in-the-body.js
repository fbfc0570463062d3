// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  An await in the body continues in the generator's mapping, not in that of the request
  being served.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve;
  const gate = new Promise((r) => { resolve = r; });
  const g = v.run("made", () => (async function* () { await gate; yield v.get(); })());
  const promise = v.run("caller", () => g.next());
  v.run("resolver", () => resolve());
  assert.sameValue((await promise).value, "made");
});
