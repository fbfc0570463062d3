// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  run is a writable, configurable and not enumerable method called "run" of length 2 that is
  not a constructor.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext, Reflect.construct]
includes: [isConstructor.js, propertyHelper.js]
---*/

const { run } = AsyncContext.Variable.prototype;
verifyProperty(AsyncContext.Variable.prototype, "run", { writable: true, enumerable: false, configurable: true }, { restore: true });
verifyProperty(run, "name", { value: "run", writable: false, enumerable: false, configurable: true });
verifyProperty(run, "length", { value: 2, writable: false, enumerable: false, configurable: true });
assert.sameValue(isConstructor(run), false);
