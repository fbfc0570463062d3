// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-promise.prototype.then
description: >
  then reads the constructor and makes the capability before it captures; they run in the
  caller's mapping, and what a constructor getter runs and leaves is not captured.
info: |
  Promise.prototype.then ( onFulfilled, onRejected )
  3., 4. The species constructor is looked up and the capability made.
  5. PerformPromiseThen, which takes the mapping.
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
