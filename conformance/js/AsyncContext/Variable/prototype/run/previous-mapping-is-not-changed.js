// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  run makes a new mapping and does not change the previous one, so a snapshot of the
  previous one used inside run does not contain the new value.
info: |
  4. A new, empty mapping is created.
  5. The records of the previous mapping are copied into it, except the variable's own.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const w = new AsyncContext.Variable();
v.run("old", () => {
  const snapshot = new AsyncContext.Snapshot();
  v.run("new", () => {
    w.run("w", () => {
      assert.compareArray(snapshot.run(() => [v.get(), w.get()]), ["old", undefined]);
    });
  });
});
