// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  The mapping is not a JavaScript array or map; run, get, snapshots and wrap call no setters
  or iterators patched onto the prototypes of those.
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

const fail = () => { throw new Test262Error("a patched property was used"); };
const v = new AsyncContext.Variable();
const w = new AsyncContext.Variable();
const patched = [
  [Array.prototype, Symbol.iterator], [Array.prototype, "push"],
  [Map.prototype, "get"], [Map.prototype, "set"], [Map.prototype, "has"], [Map.prototype, Symbol.iterator],
  [WeakMap.prototype, "get"], [WeakMap.prototype, "set"], [WeakMap.prototype, "has"],
];
const saved = patched.map(([object, key]) => Object.getOwnPropertyDescriptor(object, key));
let seen;
try {
  for (let i = 0; i < patched.length; i++) {
    Object.defineProperty(patched[i][0], patched[i][1], { value: fail, configurable: true });
  }
  Object.defineProperty(Array.prototype, "0", { set: fail, configurable: true });
  v.run(1, function () {
    w.run(2, function () {
      const snapshot = new AsyncContext.Snapshot();
      const wrapped = AsyncContext.Snapshot.wrap(function () { return v.get(); });
      seen = snapshot.run(function () { return w.get(); }) * 10 + wrapped();
    });
  });
} finally {
  for (let i = 0; i < patched.length; i++) Object.defineProperty(patched[i][0], patched[i][1], saved[i]);
  delete Array.prototype[0];
}
assert.sameValue(seen, 21);
