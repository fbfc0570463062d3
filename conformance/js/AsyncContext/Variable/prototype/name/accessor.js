// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.name
description: >
  name is an accessor without a setter, configurable and not enumerable; its getter is
  called "get name", has length 0 and is not a constructor.
info: |
  get AsyncContext.Variable.prototype.name
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3. Return the slot's value.
features: [AsyncContext, Reflect.construct]
includes: [isConstructor.js, propertyHelper.js]
---*/

const desc = Object.getOwnPropertyDescriptor(AsyncContext.Variable.prototype, "name");
assert.sameValue(desc.set, undefined);
assert.sameValue(desc.enumerable, false);
assert.sameValue(desc.configurable, true);
verifyProperty(desc.get, "name", { value: "get name", writable: false, enumerable: false, configurable: true });
verifyProperty(desc.get, "length", { value: 0, writable: false, enumerable: false, configurable: true });
assert.sameValue(isConstructor(desc.get), false);
