// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  Leaving run puts back the mapping that was current before it, with every entry.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], or else a TypeError is thrown.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; keep the completion.
  5., 6. Swap the previous mapping back and return the completion.
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
