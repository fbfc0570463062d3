// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  A catch in a chain that is fulfilled runs nothing, and handlers after it keep their own
  mappings.
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
  const passed = v.run("catch", () => Promise.resolve(1).catch(() => { throw new Test262Error("called"); }));
  assert.sameValue(await v.run("then", () => passed.then(() => v.get())), "then");
});
