// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  func is called with undefined as its this value.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], or else a TypeError is thrown.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; keep the completion.
  5., 6. Swap the previous mapping back and return the completion.
flags: [onlyStrict]
features: [AsyncContext]
---*/

let receiver = "unset";
new AsyncContext.Snapshot().run(function () { receiver = this; });
assert.sameValue(receiver, undefined);
