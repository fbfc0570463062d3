// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-promise.prototype.then
description: >
  A subclass constructor that then calls for the derived promise runs at once, in the
  mapping of the call.
info: |
  Promise.prototype.then ( onFulfilled, onRejected )
  3., 4. The species constructor is read and the capability created.
  5. PerformPromiseThen, which captures the mapping.
features: [AsyncContext, class]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
class P extends Promise {
  constructor(executor) {
    super(executor);
    seen.push(v.get());
  }
}
const promise = v.run("made", () => P.resolve());
v.run("then", () => promise.then(() => {}));
assert.compareArray(seen, ["made", "then"]);
