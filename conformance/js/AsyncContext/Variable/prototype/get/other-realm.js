// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  The mapping belongs to the agent, so get of another realm's prototype reads the same
  binding.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], otherwise throw a TypeError.
  3.-5. Look for the variable's record in the agent's mapping and return its value.
  6. Without one, return the default value.
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
const v = new AsyncContext.Variable({ defaultValue: "d" });
const { get } = other.AsyncContext.Variable.prototype;
assert.sameValue(get.call(v), "d");
v.run("r", () => assert.sameValue(get.call(v), "r"));
