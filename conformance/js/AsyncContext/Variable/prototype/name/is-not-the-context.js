// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.name
description: >
  name gives the same string whatever is bound, and reading it binds nothing.
info: |
  get AsyncContext.Variable.prototype.name
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3. Return the slot's value.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable({ name: "n", defaultValue: "d" });
v.run("x", () => assert.sameValue(v.name, "n"));
new AsyncContext.Snapshot().run(() => assert.sameValue(v.name, "n"));
assert.sameValue(v.get(), "d");
