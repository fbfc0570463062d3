// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  run throws a TypeError for anything without [[AsyncSnapshotMapping]], without calling
  func.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext, Proxy]
---*/

const { run } = AsyncContext.Snapshot.prototype;
const snapshot = new AsyncContext.Snapshot();
let calls = 0;
for (const receiver of [undefined, null, 1, "s", {}, new AsyncContext.Variable(), AsyncContext.Snapshot.wrap(() => {}), new Proxy(snapshot, {}), Object.create(snapshot)]) {
  assert.throws(TypeError, () => run.call(receiver, () => { calls++; }));
}
assert.sameValue(calls, 0);
