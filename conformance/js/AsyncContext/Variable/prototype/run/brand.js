// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  run throws a TypeError for anything without [[AsyncVariableName]], without calling func.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext, Proxy]
---*/

const { run } = AsyncContext.Variable.prototype;
const v = new AsyncContext.Variable();
let calls = 0;
for (const receiver of [undefined, null, 1, "v", {}, new AsyncContext.Snapshot(), new Proxy(v, {}), Object.create(v)]) {
  assert.throws(TypeError, () => run.call(receiver, 1, () => { calls++; }));
}
assert.sameValue(calls, 0);
