// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  The callback of finally runs in the mapping of the call to finally, for a fulfilled and
  for a rejected promise.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, Promise.prototype.finally]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const push = () => { seen.push(v.get()); };
  const ok = v.run("settled", () => Promise.resolve());
  const bad = v.run("settled", () => Promise.reject());
  await v.run("ok", () => ok.finally(push));
  await v.run("bad", () => bad.finally(push)).catch(() => {});
  assert.compareArray(seen, ["ok", "bad"]);
});
