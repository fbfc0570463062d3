// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  A reaction without a reject handler enters its mapping too; its capability is rejected
  there.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext, class]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  class P extends Promise {
    constructor(executor) {
      super((resolve, reject) => executor(resolve, (e) => { seen.push(v.get()); reject(e); }));
    }
  }
  let reject;
  const promise = new P((_, r) => { reject = r; });
  const derived = v.run("then", () => promise.then(() => {}));
  v.run("rejecter", () => reject(1));
  await new Promise((done) => { Promise.prototype.then.call(derived, undefined, done); });
  assert.compareArray(seen.slice(0, 2), ["rejecter", "then"]);
});
