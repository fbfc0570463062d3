// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  A generator function as func only makes the generator; none of its body runs inside run.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext, generators]
---*/

const v = new AsyncContext.Variable();
let started = false;
const g = v.run("bound", function* () { started = true; });
assert.sameValue(started, false);
assert.sameValue(v.get(), undefined);
g.next();
assert.sameValue(started, true);
