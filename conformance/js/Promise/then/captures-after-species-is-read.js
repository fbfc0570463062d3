// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-promise.prototype.then
description: >
  then reads the constructor and creates the capability before it captures; both happen in
  the caller's mapping, and a run inside a constructor getter is not captured.
info: |
  Promise.prototype.then ( onFulfilled, onRejected )
  3., 4. The species constructor is read and the capability created.
  5. PerformPromiseThen, which captures the mapping.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let inGetter;
  const promise = Promise.resolve();
  Object.defineProperty(promise, "constructor", {
    get() {
      inGetter = v.get();
      v.run("getter", () => {});
      return Promise;
    },
  });
  assert.sameValue(await v.run("then", () => promise.then(() => v.get())), "then");
  assert.sameValue(inGetter, "then");
});
