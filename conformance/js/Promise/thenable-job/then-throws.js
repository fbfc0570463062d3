// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  When the thenable's then throws, the promise is rejected with the error, and the mapping
  of the next job is not affected.
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
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const error = {};
  let seen = "unset", thrown;
  const promise = v.run("resolve", () => Promise.resolve({ then() { seen = v.get(); throw error; } }));
  const after = Promise.resolve().then(() => v.get());
  await promise.catch((e) => { thrown = e; });
  assert.sameValue(thrown, error);
  assert.sameValue(seen, "resolve");
  assert.sameValue(await after, "d");
});
