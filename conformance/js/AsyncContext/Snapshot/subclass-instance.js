// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot-constructor
description: >
  A class can extend AsyncContext.Snapshot; super takes the mapping current at the
  construction, and static wrap is inherited.
info: |
  The constructor may be extended; the instance gets its slot in the super call.
features: [AsyncContext, class]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
class Sub extends AsyncContext.Snapshot {
  run(...args) {
    return ["sub", super.run(...args)];
  }
}
const snapshot = v.run("made", () => new Sub());
assert.sameValue(Object.getPrototypeOf(snapshot), Sub.prototype);
assert.compareArray(snapshot.run(() => v.get()), ["sub", "made"]);
assert.sameValue(Sub.wrap, AsyncContext.Snapshot.wrap);
