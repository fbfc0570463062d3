// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  get returns the bound object itself, so that changes to the object are visible everywhere.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], otherwise throw a TypeError.
  3.-5. Look for the variable's record in the agent's mapping and return its value.
  6. Without one, return the default value.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const store = { n: 0 };
v.run(store, () => {
  v.get().n++;
  new AsyncContext.Snapshot().run(() => { v.get().n++; });
  assert.sameValue(v.get(), store);
});
assert.sameValue(store.n, 2);
