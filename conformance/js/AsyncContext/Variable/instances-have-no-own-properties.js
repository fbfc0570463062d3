// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-variable-instances
description: >
  An instance carries its state in internal slots and has no own properties.
info: |
  Instances are ordinary objects with the slots [[AsyncVariableName]] and
  [[AsyncVariableDefaultValue]].
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable({ name: "n", defaultValue: 1 });
assert.compareArray(Reflect.ownKeys(v), []);
