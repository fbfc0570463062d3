// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The default value is kept as it is, whatever its type; objects keep their identity and -0
  its sign.
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

const values = [undefined, null, true, false, -0, 0, NaN, "", "s", Symbol("s"), 9n, {}, [], () => {}, /x/];
for (const defaultValue of values) {
  assert.sameValue(new AsyncContext.Variable({ defaultValue }).get(), defaultValue);
}
