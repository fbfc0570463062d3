// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  A run in tail position still restores the previous mapping after its func, so the mapping
  of its caller's caller is right.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
flags: [onlyStrict]
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const f = (x) => v.run(x, () => v.get());
const g = (x) => f(x + 1);
v.run(0, () => {
  assert.sameValue(g(1), 2);
  assert.sameValue(v.get(), 0);
});
