// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot-constructor
description: >
  The mapping is the one current at the super call, not the one at new; a constructor that
  calls super inside a run captures that run.
info: |
  The constructor may be extended; the instance gets its slot in the super call.
features: [AsyncContext, class]
---*/

const v = new AsyncContext.Variable();
class Sub extends AsyncContext.Snapshot {
  constructor() {
    v.run("at super", () => super());
  }
}
const snapshot = v.run("at new", () => new Sub());
assert.sameValue(snapshot.run(() => v.get()), "at super");
