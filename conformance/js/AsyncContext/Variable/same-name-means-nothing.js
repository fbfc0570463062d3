// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The name is not a key; two variables with the same name hold different values.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext]
---*/

const a = new AsyncContext.Variable({ name: "same", defaultValue: "a default" });
const b = new AsyncContext.Variable({ name: "same", defaultValue: "b default" });
a.run(1, () => {
  assert.sameValue(a.get(), 1);
  assert.sameValue(b.get(), "b default");
  b.run(2, () => {
    assert.sameValue(a.get(), 1);
    assert.sameValue(b.get(), 2);
  });
});
