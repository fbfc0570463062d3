// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  A reaction without a fulfill handler enters its mapping too; its capability is resolved
  there.
info: |
  1.e. An empty handler passes the argument on; the swap before it is performed nevertheless.
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
  let resolve;
  const promise = new P((r) => { resolve = r; });
  const derived = v.run("then", () => promise.then());
  v.run("resolver", () => resolve(1));
  assert.sameValue(await new Promise((done) => { Promise.prototype.then.call(derived, done); }), 1);
  assert.compareArray(seen.slice(0, 2), ["resolver", "then"]);
});
