// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The variable keeps the values read at its making; changing the options object afterwards
  changes nothing.
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

const options = { name: "before", defaultValue: "before" };
const v = new AsyncContext.Variable(options);
options.name = "after";
options.defaultValue = "after";
assert.sameValue(v.name, "before");
assert.sameValue(v.get(), "before");
