// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Promise.all registers in the mapping of its call; an overridden then is called there at
  once, and the waiting handler keeps its own mapping.
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
  let seen = "unset";
  const promise = v.run("made", () => Promise.resolve());
  promise.then = function (...args) { seen = v.get(); return Promise.prototype.then.apply(this, args); };
  const all = v.run("all", () => Promise.all([promise]));
  assert.sameValue(seen, "all");
  assert.sameValue(await v.run("then", () => all.then(() => v.get())), "then");
});
