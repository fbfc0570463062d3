// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  The then property of what an async function returns is read in the body's mapping, not in
  that of the code that settled its last await.
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
  let seen = "unset", resolve;
  const gate = new Promise((r) => { resolve = r; });
  const result = v.run("body", async () => {
    await gate;
    return { get then() { seen = v.get(); } };
  });
  v.run("resolver", () => resolve());
  await result;
  assert.sameValue(seen, "body");
});
