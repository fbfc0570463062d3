// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  return on an async generator that is completed adopts its value in the mapping of the
  call.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const g = v.run("made", () => (async function* () {})());
  await g.next();
  assert.sameValue((await v.run("caller", () => g.return({ then(ok) { ok(v.get()); } }))).value, "caller");
});
