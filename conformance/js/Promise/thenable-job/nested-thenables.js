// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  A thenable that resolves with another thenable is adopted step by step; each then is
  called in the mapping in which the resolve function was called.
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
  const second = { then(ok) { seen.push("second " + v.get()); ok(); } };
  const first = { then(ok) { seen.push("first " + v.get()); v.run("inner", () => ok(second)); } };
  await v.run("outer", () => Promise.resolve(first));
  assert.compareArray(seen, ["first outer", "second inner"]);
});
