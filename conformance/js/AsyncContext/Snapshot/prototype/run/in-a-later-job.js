// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A snapshot may be run in a job that has nothing to do with where it was taken; the job's
  own mapping is back afterwards.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], or else a TypeError is thrown.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; keep the completion.
  5., 6. Swap the previous mapping back and return the completion.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const snapshot = v.run("x", () => new AsyncContext.Snapshot());
  await undefined;
  assert.sameValue(snapshot.run(() => v.get()), "x");
  assert.sameValue(v.get(), "d");
});
