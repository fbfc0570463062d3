// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The name is what ToString makes of the option, for every kind of primitive.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, BigInt]
---*/

for (const [name, expected] of [
  [null, "null"],
  [true, "true"],
  [0, "0"],
  [-0, "0"],
  [NaN, "NaN"],
  [1e21, "1e+21"],
  [12n, "12"],
  ["", ""],
  ["\u0000", "\u0000"],
]) {
  const v = new AsyncContext.Variable({ name });
  assert.sameValue(typeof v.name, "string");
  assert.sameValue(v.name, expected);
}
