// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  When reading or converting the name throws, that error is thrown unchanged and no further
  step is performed.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, Reflect.construct, Proxy]
---*/

const error = {};
let later = 0;
const newTarget = new Proxy(function () {}, { get() { later++; return {}; } });
for (const options of [
  new Proxy({}, { has() { throw error; }, get() { later++; } }),
  { get name() { throw error; }, get defaultValue() { later++; } },
  { name: { toString() { throw error; } }, get defaultValue() { later++; } },
]) {
  let thrown;
  try {
    Reflect.construct(AsyncContext.Variable, [options], newTarget);
  } catch (e) {
    thrown = e;
  }
  assert.sameValue(thrown, error);
}
assert.sameValue(later, 0);
