// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  For an array-like input the thenables in it are adopted in the mapping of the call.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
features: [AsyncContext, Array.fromAsync]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const thenable = { then(ok) { const seen = v.get(); v.run("settle", () => ok(seen)); } };
  assert.compareArray(await v.run("call", () => Array.fromAsync({ length: 2, 0: thenable, 1: thenable })), ["call", "call"]);
});
