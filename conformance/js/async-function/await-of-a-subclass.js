// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  A promise of a subclass is adopted by await like any thenable; its then is called in a
  job, in the mapping of the function.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
features: [AsyncContext, class]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  class P extends Promise {
    then(...args) {
      seen.push("then " + v.get());
      return super.then(...args);
    }
  }
  const promise = v.run("made", () => new P((resolve) => resolve()));
  await v.run("call", async () => {
    await promise;
    seen.push("after " + v.get());
  });
  assert.compareArray(seen, ["then call", "after call"]);
});
