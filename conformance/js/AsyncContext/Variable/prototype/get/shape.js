// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  get is a writable, configurable and not enumerable method called "get" of length 0 that is
  not a constructor.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], otherwise throw a TypeError.
  3.-5. Look for the variable's record in the agent's mapping and return its value.
  6. Without one, return the default value.
features: [AsyncContext, Reflect.construct]
includes: [isConstructor.js, propertyHelper.js]
---*/

const { get } = AsyncContext.Variable.prototype;
verifyProperty(AsyncContext.Variable.prototype, "get", { writable: true, enumerable: false, configurable: true }, { restore: true });
verifyProperty(get, "name", { value: "get", writable: false, enumerable: false, configurable: true });
verifyProperty(get, "length", { value: 0, writable: false, enumerable: false, configurable: true });
assert.sameValue(isConstructor(get), false);
