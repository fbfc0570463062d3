// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  A function or an array serves as options as any object does; a function's own name becomes
  the variable's.
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

function options() {}
options.defaultValue = 3;
const v = new AsyncContext.Variable(options);
assert.sameValue(v.name, "options");
assert.sameValue(v.get(), 3);
const w = new AsyncContext.Variable(Object.assign([], { defaultValue: 4 }));
assert.sameValue(w.name, "");
assert.sameValue(w.get(), 4);
