// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-snapshot-instances
description: >
  A value bound in a snapshot that can still be run is not collected, even if nothing else
  refers to it.
info: |
  Instances are ordinary objects with the slot [[AsyncSnapshotMapping]].
flags: [async]
features: [AsyncContext, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const snapshot = (() => v.run({ kept: true }, () => new AsyncContext.Snapshot()))();
  await undefined;
  $262.gc();
  await undefined;
  assert.sameValue(snapshot.run(() => v.get()).kept, true);
});
