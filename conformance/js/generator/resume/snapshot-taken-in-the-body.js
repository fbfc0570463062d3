// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  A snapshot or a wrap made in the body holds the generator's mapping.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () {
  yield;
  yield [new AsyncContext.Snapshot(), AsyncContext.Snapshot.wrap(() => v.get())];
})());
g.next();
const [snapshot, wrapped] = v.run("caller", () => g.next().value);
assert.sameValue(snapshot.run(() => v.get()), "made");
assert.sameValue(wrapped(), "made");
