// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  A promise resolved inside a handler runs its reactions in the mappings they were
  registered in, not in the handler's.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve;
  const derived = v.run("other", () => new Promise((r) => { resolve = r; }).then(() => v.get()));
  await v.run("handler", () => Promise.resolve().then(() => resolve()));
  assert.sameValue(await derived, "other");
});
