// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A snapshot taken by another realm's constructor holds the agent's one mapping and can be
  run by this realm's method.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
const v = new AsyncContext.Variable();
const snapshot = v.run("x", () => new other.AsyncContext.Snapshot());
assert.sameValue(snapshot.run(() => v.get()), "x");
assert.sameValue(AsyncContext.Snapshot.prototype.run.call(snapshot, () => v.get()), "x");
