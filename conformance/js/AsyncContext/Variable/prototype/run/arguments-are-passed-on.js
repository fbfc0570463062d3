// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  func gets exactly the arguments after func, also none, and also undefined ones.
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

const v = new AsyncContext.Variable();
const count = function () { return [].slice.call(arguments); };
assert.compareArray(v.run(1, count), []);
assert.compareArray(v.run(1, count, undefined), [undefined]);
assert.compareArray(v.run(1, count, 1, undefined, 3), [1, undefined, 3]);
assert.sameValue(v.run.apply(v, [1, count].concat(new Array(100).fill(0))).length, 100);
