// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The options are read when the variable is created and never again.
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
includes: [compareArray.js]
---*/

const reads = [];
const options = {
  get name() { reads.push("name"); return "n" + reads.length; },
  get defaultValue() { reads.push("defaultValue"); return reads.length; },
};
const v = new AsyncContext.Variable(options);
v.name;
v.get();
v.run(0, () => v.get());
assert.compareArray(reads, ["name", "defaultValue"]);
assert.sameValue(v.name, "n1");
assert.sameValue(v.get(), 2);
