// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  A thenable that the function returns is adopted in the function's mapping at that point,
  also after an await.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const thenable = { then(ok) { ok(v.get()); } };
  assert.sameValue(await v.run("a", async () => thenable), "a");
  assert.sameValue(await v.run("b", async () => { await undefined; return thenable; }), "b");
});
