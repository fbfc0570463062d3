// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  Without a new.target the constructor throws a TypeError, also as a method and with an
  instance as its receiver.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext]
---*/

const Snapshot = AsyncContext.Snapshot;
const instance = new Snapshot();
assert.throws(TypeError, () => Snapshot(), "plain call");
assert.throws(TypeError, () => AsyncContext.Snapshot(), "method call");
assert.throws(TypeError, () => Snapshot.call(instance), "instance as receiver");
