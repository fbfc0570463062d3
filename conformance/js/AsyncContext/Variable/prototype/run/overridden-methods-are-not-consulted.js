// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  run and get work on internal slots; properties of the variable, own or in its prototype,
  are not read.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
for (const key of ["get", "name", "defaultValue", "constructor"]) {
  Object.defineProperty(v, key, { get() { throw new Test262Error(key + " was read"); } });
}
const { run, get } = AsyncContext.Variable.prototype;
assert.sameValue(run.call(v, "bound", () => get.call(v)), "bound");
