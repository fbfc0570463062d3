// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromisereactionjob
description: >
  The functions of a capability made through Symbol.species are called in the reaction's
  mapping, the constructor in that of then.
info: |
  NewPromiseReactionJob, the job:
  1.d. Swap the reaction's mapping in.
  1.e., 1.f. Call the handler, or pass the argument on if the handler is empty.
  1.i., 1.j. Call the capability's Reject or Resolve; store the completion.
  1.k., 1.l. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext, Symbol.species]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  function Species(executor) {
    seen.push("construct " + v.get());
    executor(() => { seen.push("resolve " + v.get()); }, () => {});
  }
  const promise = v.run("made", () => Promise.resolve());
  promise.constructor = { [Symbol.species]: Species };
  v.run("then", () => promise.then(() => {}));
  await undefined;
  assert.compareArray(seen, ["construct then", "resolve then"]);
});
