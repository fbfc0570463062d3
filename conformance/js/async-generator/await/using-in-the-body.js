// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A resource of the body that a return unwinds is disposed in the generator's mapping.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, explicit-resource-management, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let seen = "unset";
  const g = v.run("made", () => (async function* () {
    await using r = { async [Symbol.asyncDispose]() { await undefined; seen = v.get(); } };
    yield;
  })());
  await g.next();
  await v.run("caller", () => g.return());
  assert.sameValue(seen, "made");
});
