// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A snapshot can be run many times and does not change, whatever func binds.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const snapshot = v.run("x", () => new AsyncContext.Snapshot());
for (let i = 0; i < 3; i++) {
  snapshot.run(() => {
    assert.sameValue(v.get(), "x");
    v.run(i, () => {});
  });
}
