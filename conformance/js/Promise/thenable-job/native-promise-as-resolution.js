// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  Resolving with a native promise calls its then in the mapping of the resolution, so a
  patched then sees it.
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
  const inner = v.run("inner", () => Promise.resolve("value"));
  let seen = "unset";
  inner.then = function (...args) {
    seen = v.get();
    return Promise.prototype.then.apply(this, args);
  };
  let resolve;
  const outer = v.run("made", () => new Promise((r) => { resolve = r; }));
  v.run("resolved", () => resolve(inner));
  assert.sameValue(await outer, "value");
  assert.sameValue(seen, "resolved");
});
