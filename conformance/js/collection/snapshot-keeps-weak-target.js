// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-snapshot-instances
description: >
  A WeakRef to a value that only a reachable snapshot binds still finds it after a
  collection.
info: |
  Instances are ordinary objects with the slot [[AsyncSnapshotMapping]].
flags: [async]
features: [AsyncContext, WeakRef, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let ref;
  const snapshot = (() => {
    const value = {};
    ref = new WeakRef(value);
    return v.run(value, () => new AsyncContext.Snapshot());
  })();
  await undefined;
  $262.gc();
  await undefined;
  assert.sameValue(ref.deref(), snapshot.run(() => v.get()));
  assert.notSameValue(ref.deref(), undefined);
});
