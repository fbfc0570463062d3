// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The constructor's length is 1 and its name is "Variable"; both are configurable, and
  neither writable nor enumerable.
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
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Variable, "length", { value: 1, writable: false, enumerable: false, configurable: true });
verifyProperty(AsyncContext.Variable, "name", { value: "Variable", writable: false, enumerable: false, configurable: true });
