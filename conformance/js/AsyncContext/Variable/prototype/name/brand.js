// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.name
description: >
  The getter throws a TypeError for anything without [[AsyncVariableName]], including
  proxies of variables and objects that inherit from one.
info: |
  get AsyncContext.Variable.prototype.name
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3. Return the slot's value.
features: [AsyncContext, Proxy]
---*/

const { get } = Object.getOwnPropertyDescriptor(AsyncContext.Variable.prototype, "name");
const v = new AsyncContext.Variable({ name: "n" });
for (const receiver of [undefined, null, 1, "v", {}, new AsyncContext.Snapshot(), new Proxy(v, {}), Object.create(v)]) {
  assert.throws(TypeError, () => get.call(receiver));
}
