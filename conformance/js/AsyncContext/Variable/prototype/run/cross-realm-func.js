// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  A function of another realm runs in the same agent, so it sees the value, and an error
  thrown by run itself belongs to the realm of run.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
const v = new AsyncContext.Variable();
other.v = v;
assert.sameValue(v.run("near", new other.Function("return v.get();")), "near");
assert.sameValue(other.AsyncContext.Variable.prototype.run.call(v, "far", () => v.get()), "far");
assert.throws(other.TypeError, () => other.AsyncContext.Variable.prototype.run.call({}, 1, () => {}));
