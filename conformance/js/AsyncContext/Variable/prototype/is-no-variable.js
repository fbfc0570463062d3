// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-the-asynccontext-variable-prototype-object
description: >
  The prototype is an ordinary object without the slots of instances, so get, run and name
  throw on it.
info: |
  The prototype is an ordinary object that inherits from %Object.prototype% and has none of the
  slots of instances.
features: [AsyncContext]
---*/

const proto = AsyncContext.Variable.prototype;
assert.sameValue(Object.getPrototypeOf(proto), Object.prototype);
assert.sameValue(typeof proto, "object");
assert.throws(TypeError, () => proto.get());
assert.throws(TypeError, () => proto.run(1, () => {}));
assert.throws(TypeError, () => proto.name);
