// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  func is called with undefined as its this value.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
flags: [onlyStrict]
features: [AsyncContext]
---*/

let receiver = "unset";
new AsyncContext.Snapshot().run(function () { receiver = this; });
assert.sameValue(receiver, undefined);
