// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  A snapshot taken where nothing is bound holds the empty mapping; run in it, every variable
  gives its default, also one made later.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const early = new AsyncContext.Variable({ defaultValue: "early" });
const snapshot = new AsyncContext.Snapshot();
const late = new AsyncContext.Variable({ defaultValue: "late" });
early.run(1, () => {
  late.run(2, () => {
    assert.compareArray(snapshot.run(() => [early.get(), late.get()]), ["early", "late"]);
  });
});
