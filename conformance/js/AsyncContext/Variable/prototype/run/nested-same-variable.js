// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  An inner run replaces the variable's entry until it returns; afterwards each level has its
  own value again.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable({ defaultValue: 0 });
const seen = [];
(function nest(n) {
  seen.push(v.get());
  if (n < 4) v.run(n, () => nest(n + 1));
  seen.push(v.get());
})(1);
assert.compareArray(seen, [0, 1, 2, 3, 3, 2, 1, 0]);
