// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  An overridden then of a promise subclass is called by adoption in the mapping of the
  resolution.
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
      seen.push(v.get());
      return super.then(...args);
    }
  }
  const inner = v.run("inner", () => new P((r) => r(1)));
  assert.sameValue(await v.run("resolve", () => new Promise((r) => r(inner))), 1);
  assert.compareArray(seen, ["resolve"]);
});
