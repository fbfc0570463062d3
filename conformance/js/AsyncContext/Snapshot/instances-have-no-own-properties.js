// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-snapshot-instances
description: >
  An instance carries the mapping in an internal slot and has no own properties; freezing it
  changes nothing.
info: |
  Instances are ordinary objects with the slot [[AsyncSnapshotMapping]].
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const snapshot = v.run("x", () => Object.freeze(new AsyncContext.Snapshot()));
assert.compareArray(Reflect.ownKeys(snapshot), []);
assert.sameValue(snapshot.run(() => v.get()), "x");
