// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  func gets exactly the arguments after it, also none, and also undefined ones.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const snapshot = new AsyncContext.Snapshot();
const list = function () { return [].slice.call(arguments); };
assert.compareArray(snapshot.run(list), []);
assert.compareArray(snapshot.run(list, undefined), [undefined]);
assert.compareArray(snapshot.run(list, 1, 2, 3), [1, 2, 3]);
