// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  When a thenable's then throws, the promise is rejected inside the captured mapping and
  reported there.
info: |
  NewPromiseResolveThenableJob
  1. The agent's current mapping is captured when the job is created.
  2. The job: swap it in, call the thenable's then, and if that throws the reject function;
    restore the previous mapping.
flags: [async]
not-under: [rejection-empty, events-registration]
features: [AsyncContext, host-unhandled-rejection]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = await new Promise((done) => {
    const listener = (event) => {
      event.preventDefault();
      removeEventListener("unhandledrejection", listener);
      done(v.get());
    };
    addEventListener("unhandledrejection", listener);
    v.run("resolve", () => Promise.resolve({ then() { throw 1; } }));
  });
  assert.sameValue(seen, "resolve");
});
