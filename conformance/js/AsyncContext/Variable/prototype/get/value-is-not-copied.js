// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  An object that is bound is handed out itself, so changes to it are seen everywhere.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], or else a TypeError is thrown.
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
