// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  run returns what func returns, including promises and thenables, without reading its
  properties.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const snapshot = new AsyncContext.Snapshot();
const thenable = { get then() { throw new Test262Error("then was read"); } };
for (const value of [undefined, null, -0, NaN, thenable, Promise.resolve()]) {
  assert.sameValue(snapshot.run(() => value), value);
}
