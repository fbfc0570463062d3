// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A fulfill handler runs in the mapping current at then, not in that of the promise's
  creation, of its resolution or of the job.
info: |
  7. The current mapping is captured once.
  8., 9. Both reactions keep it.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve;
  const promise = v.run("made", () => new Promise((r) => { resolve = r; }));
  const derived = v.run("then", () => promise.then(() => v.get()));
  v.run("resolved", () => resolve());
  assert.sameValue(await derived, "then");
});
