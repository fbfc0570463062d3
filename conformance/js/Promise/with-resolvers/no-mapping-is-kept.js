// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  The functions of withResolvers keep no mapping; a handler runs in the mapping of its own
  registration.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, promise-with-resolvers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const { promise, resolve } = v.run("made", () => Promise.withResolvers());
  const derived = v.run("then", () => promise.then((x) => [x, v.get()]));
  v.run("resolver", () => resolve(v.get()));
  assert.compareArray(await derived, ["resolver", "then"]);
});
