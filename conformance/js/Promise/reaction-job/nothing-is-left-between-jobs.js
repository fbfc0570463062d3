// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  Every job restores the mapping it found, so a job without a captured binding has nothing
  bound after a job inside a run.
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
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const seen = [];
  const outside = Promise.resolve().then(() => seen.push(v.get()));
  const inside = v.run("in", () => Promise.resolve().then(() => seen.push(v.get())));
  const outsideAgain = Promise.resolve().then(() => seen.push(v.get()));
  await Promise.all([outside, inside, outsideAgain]);
  assert.compareArray(seen, ["d", "in", "d"]);
});
