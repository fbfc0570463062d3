// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Promises and handlers of another realm carry the same agent's mapping.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, cross-realm]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const other = $262.createRealm().global;
  const v = new AsyncContext.Variable();
  other.v = v;
  const promise = other.Promise.resolve();
  const near = v.run("near", () => Promise.prototype.then.call(promise, () => v.get()));
  const far = v.run("far", () => promise.then(new other.Function("return v.get();")));
  assert.sameValue(await near, "near");
  assert.sameValue(await far, "far");
});
