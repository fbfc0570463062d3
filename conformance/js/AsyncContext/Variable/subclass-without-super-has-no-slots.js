// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable-constructor
description: >
  A subclass constructor that returns another object instead of calling super makes no
  variable.
info: |
  The constructor may be extended; the instance gets its slots in the super call.
features: [AsyncContext, class]
---*/

class Sub extends AsyncContext.Variable {
  constructor() {
    return Object.create(new.target.prototype);
  }
}
const impostor = new Sub();
assert(impostor instanceof AsyncContext.Variable);
assert.throws(TypeError, () => impostor.get(), "get");
assert.throws(TypeError, () => impostor.name, "name");
assert.throws(TypeError, () => impostor.run(1, () => {}), "run");
