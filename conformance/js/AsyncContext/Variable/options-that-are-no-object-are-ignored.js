// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  A primitive as options is ignored without an error, even if its prototype has a name or a
  defaultValue.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, Symbol, BigInt]
---*/

Object.defineProperty(Object.prototype, "defaultValue", { value: "leak", configurable: true });
try {
  for (const options of [undefined, null, true, false, 0, NaN, "name", Symbol("name"), 1n]) {
    const v = new AsyncContext.Variable(options);
    assert.sameValue(v.name, "", "name");
    assert.sameValue(v.get(), undefined, "default value");
  }
} finally {
  delete Object.prototype.defaultValue;
}
