// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  run restores the mapping that was current before it, with every entry.
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
const w = new AsyncContext.Variable();
const empty = new AsyncContext.Snapshot();
v.run("v", () => w.run("w", () => {
  empty.run(() => {});
  assert.compareArray([v.get(), w.get()], ["v", "w"]);
}));
