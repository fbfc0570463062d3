// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  When the handler throws, the derived promise's reject function is called while the
  reaction's mapping is still current.
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
  const derived = v.run("then", () => P.resolve().then(() => { throw 1; }));
  await derived.then(undefined, () => {});
  assert.compareArray(seen, ["then"]);
});
