// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  The derived promise's resolve function is called while the reaction's mapping is still
  current.
info: |
  1.d. The reaction's mapping is entered.
  1.j. The capability's Resolve is called.
  1.k. Only then the previous mapping is restored.
flags: [async]
features: [AsyncContext, class]
includes: [asyncHelpers.js]
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
  await v.run("then", () => new Promise((done) => { promise.then(() => {}).then(done); }));
  assert.sameValue(seen[0], "then");
});
