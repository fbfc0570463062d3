// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot-constructor
description: >
  A subclass constructor that returns another object instead of calling super makes no
  snapshot.
info: |
  The constructor may be extended; the instance gets its slot in the super call.
features: [AsyncContext, class]
---*/

class Sub extends AsyncContext.Snapshot {
  constructor() {
    return Object.create(new.target.prototype);
  }
}
assert.throws(TypeError, () => new Sub().run(() => {}));
