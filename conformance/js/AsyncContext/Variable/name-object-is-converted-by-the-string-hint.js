// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  An object as name is converted with the hint string: Symbol.toPrimitive is called with
  "string", and toString is called before valueOf.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, Symbol.toPrimitive]
---*/

let hint;
const byHint = { [Symbol.toPrimitive](h) { hint = h; return 5; } };
assert.sameValue(new AsyncContext.Variable({ name: byHint }).name, "5");
assert.sameValue(hint, "string");
const byMethods = { toString() { return "by toString"; }, valueOf() { return "by valueOf"; } };
assert.sameValue(new AsyncContext.Variable({ name: byMethods }).name, "by toString");
