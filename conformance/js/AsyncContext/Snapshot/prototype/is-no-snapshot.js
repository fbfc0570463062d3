// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-the-asynccontext-snapshot-prototype-object
description: >
  The prototype is an ordinary object without the slot of instances, so run throws on it.
info: |
  The prototype is an ordinary object that inherits from %Object.prototype% and does not have the
  slot of instances.
features: [AsyncContext]
---*/

const proto = AsyncContext.Snapshot.prototype;
assert.sameValue(Object.getPrototypeOf(proto), Object.prototype);
assert.sameValue(typeof proto, "object");
assert.throws(TypeError, () => proto.run(() => {}));
