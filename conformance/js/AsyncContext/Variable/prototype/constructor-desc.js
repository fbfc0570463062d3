// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.constructor
description: >
  The prototype's constructor property is AsyncContext.Variable, writable, configurable and
  not enumerable.
info: |
  The initial value of the prototype's constructor property is %AsyncContext.Variable%.
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Variable.prototype, "constructor", {
  value: AsyncContext.Variable,
  writable: true,
  enumerable: false,
  configurable: true,
}, { restore: true });
