// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.name
description: >
  The getter requires the slot, not a realm; the getter of one realm reads a variable of
  another.
info: |
  get AsyncContext.Variable.prototype.name
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3. Return the slot's value.
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
const v = new other.AsyncContext.Variable({ name: "far" });
const { get } = Object.getOwnPropertyDescriptor(AsyncContext.Variable.prototype, "name");
assert.sameValue(get.call(v), "far");
