// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  Giving the default does not bind it; a snapshot taken after a get still has no entry for
  the variable.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], otherwise throw a TypeError.
  3.-5. Look for the variable's record in the agent's mapping and return its value.
  6. Without one, return the default value.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable({ defaultValue: {} });
const first = v.get();
const snapshot = new AsyncContext.Snapshot();
v.run("bound", () => {
  assert.sameValue(snapshot.run(() => v.get()), first);
  assert.sameValue(v.get(), "bound");
});
