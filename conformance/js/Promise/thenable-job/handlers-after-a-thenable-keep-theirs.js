// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  A handler waiting for a promise that adopts a thenable runs in its own mapping, in
  whatever mapping the thenable calls back.
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
  let settle;
  const promise = v.run("resolve", () => Promise.resolve({ then(ok) { settle = ok; } }));
  const derived = v.run("then", () => promise.then(() => v.get()));
  await undefined;
  await undefined;
  v.run("settle", () => settle());
  assert.sameValue(await derived, "then");
});
