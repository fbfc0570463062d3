// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-variable-instances
description: >
  The state is not a property, so a frozen variable can be run and read.
info: |
  Instances are ordinary objects with the slots [[AsyncVariableName]] and
  [[AsyncVariableDefaultValue]].
features: [AsyncContext]
---*/

const v = Object.freeze(new AsyncContext.Variable({ defaultValue: "d" }));
assert.sameValue(v.get(), "d");
assert.sameValue(v.run("r", () => v.get()), "r");
