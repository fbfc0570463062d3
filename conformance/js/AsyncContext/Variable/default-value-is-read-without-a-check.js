// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  defaultValue is read by [[Get]] alone, so a proxy that denies having it still gives it.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, Proxy]
---*/

const options = new Proxy({}, {
  has() { return false; },
  get(target, key) { return key === "defaultValue" ? 7 : undefined; },
});
assert.sameValue(new AsyncContext.Variable(options).get(), 7);
