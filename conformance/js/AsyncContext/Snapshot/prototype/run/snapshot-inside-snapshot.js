// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  A snapshot taken inside another snapshot's run holds the mapping of that run, not the
  outer caller's.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const first = v.run("first", () => new AsyncContext.Snapshot());
const second = v.run("caller", () => first.run(() => new AsyncContext.Snapshot()));
assert.sameValue(second.run(() => v.get()), "first");
