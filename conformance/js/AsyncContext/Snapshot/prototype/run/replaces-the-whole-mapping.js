// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  The captured mapping replaces the caller's as a whole: neither newer values of the caller
  nor variables unbound at the capture are visible.
info: |
  3. AsyncContextSwap sets the agent's mapping to the snapshot's, without merging.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const a = new AsyncContext.Variable({ defaultValue: "a0" });
const b = new AsyncContext.Variable({ defaultValue: "b0" });
const snapshot = a.run("a1", () => new AsyncContext.Snapshot());
a.run("a2", () => b.run("b2", () => {
  assert.compareArray(snapshot.run(() => [a.get(), b.get()]), ["a1", "b0"]);
}));
