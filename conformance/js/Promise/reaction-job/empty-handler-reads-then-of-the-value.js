// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  An empty handler passes its value on; if the value has a then property at that time, the
  property is read and called in the reaction's mapping.
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
  const value = {};
  const promise = v.run("settled", () => Promise.resolve(value));
  const derived = v.run("then", () => promise.then());
  Object.defineProperty(value, "then", {
    get() {
      seen.push("get " + v.get());
      return (resolve) => { seen.push("call " + v.get()); resolve("done"); };
    },
  });
  assert.sameValue(await derived, "done");
  assert.compareArray(seen, ["get then", "call then"]);
});
