// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  What func throws leaves run unchanged, and the caller's mapping is current in the catch
  block.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const snapshot = v.run("captured", () => new AsyncContext.Snapshot());
const error = {};
v.run("caller", () => {
  let thrown, seen;
  try {
    snapshot.run(() => { throw error; });
  } catch (e) {
    thrown = e;
    seen = v.get();
  }
  assert.sameValue(thrown, error);
  assert.sameValue(seen, "caller");
});
