// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  Bound functions, proxies of functions and built-in functions can be func.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext, Proxy]
---*/

const v = new AsyncContext.Variable();
const snapshot = v.run("x", () => new AsyncContext.Snapshot());
const read = () => v.get();
assert.sameValue(snapshot.run(read.bind(null)), "x");
assert.sameValue(snapshot.run(new Proxy(read, {})), "x");
assert.sameValue(snapshot.run(v.get.bind(v)), "x");
