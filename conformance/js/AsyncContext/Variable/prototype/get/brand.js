// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.get
description: >
  get throws a TypeError for anything without [[AsyncVariableDefaultValue]], including
  proxies of variables and objects that inherit from one.
info: |
  AsyncContext.Variable.prototype.get ( )
  1., 2. The this value must have [[AsyncVariableDefaultValue]], otherwise throw a TypeError.
  3.-5. Look for the variable's record in the agent's mapping and return its value.
  6. Without one, return the default value.
features: [AsyncContext, Proxy]
---*/

const { get } = AsyncContext.Variable.prototype;
const v = new AsyncContext.Variable();
for (const receiver of [undefined, null, 1, "v", {}, new AsyncContext.Snapshot(), new Proxy(v, {}), Object.create(v)]) {
  assert.throws(TypeError, () => get.call(receiver));
}
