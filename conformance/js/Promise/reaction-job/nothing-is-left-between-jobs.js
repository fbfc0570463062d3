// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  Every job puts back what it found, so after a job inside a run nothing is bound in the
  next one that captured nothing.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; keep the completion.
  1.k., 1.l. Swap the previous mapping back and return the completion.
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
