// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  A function as default value is a value; neither making the variable nor get calls it.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If it is there: Get it and take ToString of it.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext]
---*/

let calls = 0;
const defaultValue = () => { calls++; };
const v = new AsyncContext.Variable({ defaultValue });
assert.sameValue(v.get(), defaultValue);
assert.sameValue(calls, 0);
