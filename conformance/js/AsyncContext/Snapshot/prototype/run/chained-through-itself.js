// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  run can be its own func with further arguments; the mapping of the last snapshot in the
  chain is current in func.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const one = v.run(1, () => new AsyncContext.Snapshot());
const two = v.run(2, () => new AsyncContext.Snapshot());
assert.sameValue(one.run(two.run.bind(two), () => v.get()), 2);
assert.sameValue(v.get(), undefined);
