// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  An error from new.target's prototype getter is thrown unchanged, and the mapping does not
  change.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext, Reflect.construct, Proxy]
---*/

const v = new AsyncContext.Variable();
const error = {};
const newTarget = new Proxy(function () {}, { get() { throw error; } });
v.run("x", () => {
  let thrown;
  try {
    Reflect.construct(AsyncContext.Snapshot, [], newTarget);
  } catch (e) {
    thrown = e;
  }
  assert.sameValue(thrown, error);
  assert.sameValue(v.get(), "x");
});
