// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  When new.target's prototype is not an object, the instance gets the Snapshot prototype of
  new.target's realm.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext, cross-realm, Reflect.construct]
---*/

const other = $262.createRealm().global;
const newTarget = new other.Function();
newTarget.prototype = 1;
const snapshot = Reflect.construct(AsyncContext.Snapshot, [], newTarget);
assert.sameValue(Object.getPrototypeOf(snapshot), other.AsyncContext.Snapshot.prototype);
assert.sameValue(AsyncContext.Snapshot.prototype.run.call(snapshot, () => 1), 1);
