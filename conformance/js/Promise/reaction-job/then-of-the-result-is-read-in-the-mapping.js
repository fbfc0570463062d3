// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  The then property of what a handler returns is read, and called in a later job, in the
  reaction's mapping.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const thenable = {
    get then() {
      seen.push("get " + v.get());
      return (resolve) => { seen.push("call " + v.get()); resolve(); };
    },
  };
  let resolve;
  const derived = v.run("then", () => new Promise((r) => { resolve = r; }).then(() => thenable));
  v.run("resolver", () => resolve());
  await derived;
  assert.compareArray(seen, ["get then", "call then"]);
});
