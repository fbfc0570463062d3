// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  A function with a then method is a thenable; both its then and what it calls run in the
  captured mapping.
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
  const thenable = () => {};
  thenable.then = function (ok) { ok([this === thenable, v.get()]); };
  assert.compareArray(await v.run("resolve", () => Promise.resolve(thenable)), [true, "resolve"]);
});
