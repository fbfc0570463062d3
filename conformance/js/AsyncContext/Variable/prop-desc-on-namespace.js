// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext.variable
description: >
  AsyncContext.Variable is a writable, configurable and not enumerable property.
info: |
  AsyncContext.Variable is a property of the AsyncContext object with the attributes that
  ECMA-262 gives to built-in properties unless stated otherwise.
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext, "Variable", {
  writable: true,
  enumerable: false,
  configurable: true,
}, { restore: true });
