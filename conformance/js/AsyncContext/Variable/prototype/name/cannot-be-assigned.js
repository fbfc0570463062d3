// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.name
description: >
  name has no setter, so assigning to it throws in strict mode and changes nothing.
info: |
  get AsyncContext.Variable.prototype.name
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3. Return the slot's value.
flags: [onlyStrict]
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable({ name: "n" });
assert.throws(TypeError, () => { v.name = "other"; });
assert.sameValue(v.name, "n");
