// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  A binding counts whatever its value; null, false, 0, NaN and the empty string all hide the
  default.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], otherwise throw a TypeError.
  3.-5. Look for the variable's record in the agent's mapping and return its value.
  6. Without one, return the default value.
features: [AsyncContext, BigInt]
---*/

const v = new AsyncContext.Variable({ defaultValue: "d" });
for (const value of [null, false, 0, -0, NaN, "", 0n]) {
  v.run(value, () => assert.sameValue(v.get(), value));
}
