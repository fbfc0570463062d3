// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A func that cannot be called throws a TypeError, and the caller's mapping is current
  afterwards.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext, Symbol]
---*/

const v = new AsyncContext.Variable();
const snapshot = new AsyncContext.Snapshot();
v.run("caller", () => {
  for (const func of [undefined, null, true, 1, "f", Symbol(), {}]) {
    assert.throws(TypeError, () => snapshot.run(func));
    assert.sameValue(v.get(), "caller");
  }
});
