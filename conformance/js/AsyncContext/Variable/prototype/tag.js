// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype-@@tostringtag
description: >
  The prototype's Symbol.toStringTag is "AsyncContext.Variable", configurable, and neither
  writable nor enumerable, and instances show it.
info: |
  The property's value is "AsyncContext.Variable"; it is not writable, not enumerable and
  configurable.
features: [AsyncContext, Symbol.toStringTag]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Variable.prototype, Symbol.toStringTag, {
  value: "AsyncContext.Variable",
  writable: false,
  enumerable: false,
  configurable: true,
}, { restore: true });
assert.sameValue(
  Object.prototype.toString.call(new AsyncContext.Variable({ name: "n" })),
  "[object AsyncContext.Variable]"
);
