// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext.variable
description: >
  AsyncContext.Variable is a writable, hidden and configurable property.
info: |
  AsyncContext.Variable is a property of the AsyncContext object with the attributes that
  ECMA-262 gives to built-in properties unless something else is said.
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext, "Variable", {
  writable: true,
  enumerable: false,
  configurable: true,
}, { restore: true });
