// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  A finally block within func runs before the swap back, one around run after it.
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

const v = new AsyncContext.Variable({ defaultValue: "d" });
const seen = [];
try {
  v.run("bound", () => {
    try {
      throw 1;
    } finally {
      seen.push(v.get());
    }
  });
} catch (e) {
} finally {
  seen.push(v.get());
}
assert.compareArray(seen, ["bound", "d"]);
