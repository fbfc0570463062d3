// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A snapshot stays valid after the run it was taken in has been left by a throw.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let snapshot;
try {
  v.run("x", () => {
    snapshot = new AsyncContext.Snapshot();
    throw 1;
  });
} catch (e) {}
assert.sameValue(snapshot.run(() => v.get()), "x");
