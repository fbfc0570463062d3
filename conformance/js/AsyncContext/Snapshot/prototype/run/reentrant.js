// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A snapshot may be run within its own run; each level goes back to the mapping around it.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const snapshot = v.run("s", () => new AsyncContext.Snapshot());
const seen = [];
snapshot.run(() => {
  v.run("in", () => {
    snapshot.run(() => seen.push(v.get()));
    seen.push(v.get());
  });
  seen.push(v.get());
});
seen.push(v.get());
assert.compareArray(seen, ["s", "in", "s", undefined]);
