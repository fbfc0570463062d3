// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  The rejection of a derived promise whose handler throws is reported in the reaction's
  mapping, not in that of a run inside the handler.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
not-under: [rejection-empty, events-registration]
features: [AsyncContext, host-unhandled-rejection]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = await new Promise((done) => {
    const listener = (event) => {
      event.preventDefault();
      removeEventListener("unhandledrejection", listener);
      done(v.get());
    };
    addEventListener("unhandledrejection", listener);
    v.run("then", () => Promise.resolve().then(() => v.run("inner", () => { throw 1; })));
  });
  assert.sameValue(seen, "then");
});
