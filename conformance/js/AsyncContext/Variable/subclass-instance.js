// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable-constructor
description: >
  A class can extend AsyncContext.Variable; its instances have the state and inherit from
  both prototypes.
info: |
  The constructor may be extended; the instance gets its slots in the super call.
features: [AsyncContext, class]
---*/

class Sub extends AsyncContext.Variable {
  constructor(x) {
    super({ name: "sub", defaultValue: x });
  }
  get() {
    return "sub:" + super.get();
  }
}
const v = new Sub("d");
assert.sameValue(Object.getPrototypeOf(v), Sub.prototype);
assert(v instanceof AsyncContext.Variable);
assert.sameValue(v.name, "sub");
assert.sameValue(v.get(), "sub:d");
assert.sameValue(v.run("r", () => v.get()), "sub:r");
assert.sameValue(v.run("r", () => AsyncContext.Variable.prototype.get.call(v)), "r");
