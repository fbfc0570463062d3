// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  The then of a thenable that finally's callback returns is called in the mapping of the
  call to finally.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
features: [AsyncContext, Promise.prototype.finally]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let seen = "unset";
  const thenable = { then(resolve) { seen = v.get(); resolve(); } };
  await v.run("finally", () => Promise.resolve().finally(() => thenable));
  assert.sameValue(seen, "finally");
});
