// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  The mapping is taken at the construction, so a prototype getter of new.target that runs
  code in another mapping does not change it.
info: |
  2. The current mapping is captured.
  3. OrdinaryCreateFromConstructor reads NewTarget's prototype.
features: [AsyncContext, Reflect.construct, Proxy]
---*/

const v = new AsyncContext.Variable();
let inGetter;
const newTarget = new Proxy(function () {}, {
  get(target, key) {
    if (key === "prototype") {
      inGetter = v.get();
      v.run("getter", () => {});
      return AsyncContext.Snapshot.prototype;
    }
    return target[key];
  },
});
const snapshot = v.run("made", () => Reflect.construct(AsyncContext.Snapshot, [], newTarget));
assert.sameValue(inGetter, "made");
assert.sameValue(snapshot.run(() => v.get()), "made");
