// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  race and any settle their result in the reaction they registered, so in the mapping of
  their call.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext, Promise.any]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  for (const name of ["race", "any"]) {
    let seen = "unset";
    function C(executor) {
      executor(() => { seen = v.get(); }, () => {});
      return new Promise(() => {});
    }
    C.resolve = (x) => x;
    const element = v.run("made", () => Promise.resolve());
    v.run(name, () => Promise[name].call(C, [element]));
    await undefined;
    await undefined;
    assert.sameValue(seen, name);
  }
});
