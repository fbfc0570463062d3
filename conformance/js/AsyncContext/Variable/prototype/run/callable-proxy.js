// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  A proxy of a function can be func; its apply trap runs with the value bound and gets
  undefined and the arguments.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext, Proxy]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const func = new Proxy(function () {}, {
  apply(target, thisArgument, args) {
    return [v.get(), thisArgument].concat(args);
  },
});
assert.compareArray(v.run("bound", func, 1, 2), ["bound", undefined, 1, 2]);
