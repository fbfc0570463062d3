// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  When reading then of the handler's result throws, the derived promise is rejected, and the
  mapping of the next job is not affected.
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
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const error = {};
  let seen = "unset";
  const derived = v.run("then", () => Promise.resolve().then(() => ({ get then() { seen = v.get(); throw error; } })));
  const after = Promise.resolve().then(() => v.get());
  let thrown;
  await derived.catch((e) => { thrown = e; });
  assert.sameValue(thrown, error);
  assert.sameValue(seen, "then");
  assert.sameValue(await after, "d");
});
