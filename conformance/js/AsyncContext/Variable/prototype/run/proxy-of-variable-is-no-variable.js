// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  Internal slots don't pass through a proxy, so run called on a proxy of a variable throws
  and binds nothing.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], or else a TypeError is thrown.
  3.-8. A new mapping gets all records of the current one but the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; keep the completion.
  11., 12. Swap the previous mapping back and return the completion.
features: [AsyncContext, Proxy]
---*/

const v = new AsyncContext.Variable();
const proxy = new Proxy(v, {});
let called = false;
assert.throws(TypeError, () => proxy.run("x", () => { called = true; }));
assert.sameValue(called, false);
