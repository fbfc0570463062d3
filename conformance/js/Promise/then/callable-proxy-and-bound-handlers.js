// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  The mapping is entered whatever kind of function the handler is.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext, Proxy]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const read = () => v.get();
  const results = v.run("then", () => [
    Promise.resolve().then(new Proxy(read, {})),
    Promise.resolve().then(read.bind(null)),
    Promise.resolve().then(v.get.bind(v)),
  ]);
  assert.compareArray(await Promise.all(results), ["then", "then", "then"]);
});
