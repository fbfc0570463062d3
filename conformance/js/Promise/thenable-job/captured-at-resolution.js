// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-newpromiseresolvethenablejob
description: >
  The then of a thenable is called in the mapping current when the promise was resolved with
  it, not in that of the promise's creation.
info: |
  1. The mapping is captured when the job is created, at the resolution.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve, seen = "unset";
  const promise = v.run("made", () => new Promise((r) => { resolve = r; }));
  v.run("resolved", () => resolve({ then(ok) { seen = v.get(); ok(); } }));
  await promise;
  assert.sameValue(seen, "resolved");
});
