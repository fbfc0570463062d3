// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  Awaiting a thenable calls its then in the awaiting function's mapping and continues in it,
  in whatever mapping the thenable calls back.
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
  const thenable = { then(ok) { seen.push("then " + v.get()); v.run("settle", () => ok()); } };
  await v.run("call", async () => {
    await thenable;
    seen.push("after " + v.get());
  });
  assert.compareArray(seen, ["then call", "after call"]);
});
