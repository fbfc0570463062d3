// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  The then property of a resolution is read at the call of resolve, in the resolver's
  mapping.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  let resolve;
  const promise = v.run("made", () => new Promise((r) => { resolve = r; }));
  const thenable = { get then() { seen.push(v.get()); return (ok) => ok(); } };
  v.run("resolver", () => resolve(thenable));
  assert.compareArray(seen, ["resolver"]);
  await promise;
});
