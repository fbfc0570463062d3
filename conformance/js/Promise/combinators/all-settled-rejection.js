// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  allSettled turns a rejection into a result inside its own reaction, in the mapping of its
  call.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext, Promise.allSettled]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let seen = "unset";
  function C(executor) {
    executor(() => { seen = v.get(); }, () => {});
    return new Promise(() => {});
  }
  C.resolve = (x) => x;
  const element = v.run("made", () => Promise.reject());
  v.run("allSettled", () => Promise.allSettled.call(C, [element]));
  await undefined;
  await undefined;
  assert.sameValue(seen, "allSettled");
});
