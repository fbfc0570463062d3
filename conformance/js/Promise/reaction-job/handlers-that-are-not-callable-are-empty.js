// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Handlers that cannot be called count as absent; the reaction still keeps the mapping of
  then.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, class]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  class P extends Promise {
    constructor(executor) {
      super((resolve, reject) => executor((x) => { seen.push(v.get()); resolve(x); }, reject));
    }
  }
  const promise = new P((resolve) => resolve());
  seen.length = 0;
  for (const handler of [null, 1, "f", {}]) {
    const derived = v.run(typeof handler, () => promise.then(handler, handler));
    await new Promise((done) => { Promise.prototype.then.call(derived, done); });
  }
  assert.compareArray(seen.filter((x) => x !== undefined), ["object", "number", "string", "object"]);
});
