// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-variable-instances
description: >
  Instances are ordinary objects and can have private fields of a subclass in addition to
  the internal slots.
info: |
  Instances are ordinary objects with the slots [[AsyncVariableName]] and
  [[AsyncVariableDefaultValue]].
features: [AsyncContext, class, class-fields-private]
---*/

class Sub extends AsyncContext.Variable {
  #secret = 5;
  secret() { return this.#secret; }
}
const v = new Sub({ defaultValue: 1 });
assert.sameValue(v.secret(), 5);
assert.sameValue(v.get(), 1);
