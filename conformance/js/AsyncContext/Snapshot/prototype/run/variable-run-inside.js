// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A variable run inside a snapshot builds on the captured mapping, not on the caller's.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const a = new AsyncContext.Variable();
const b = new AsyncContext.Variable();
const snapshot = a.run("captured", () => new AsyncContext.Snapshot());
a.run("caller", () => {
  snapshot.run(() => {
    b.run("b", () => assert.compareArray([a.get(), b.get()], ["captured", "b"]));
  });
});
