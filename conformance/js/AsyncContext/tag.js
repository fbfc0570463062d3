// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-@@tostringtag
description: >
  AsyncContext[Symbol.toStringTag] is "AsyncContext", not writable, not enumerable and
  configurable, and Object.prototype.toString uses it.
info: |
  The property's value is "AsyncContext"; it is not writable, not enumerable and configurable.
features: [AsyncContext, Symbol.toStringTag]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext, Symbol.toStringTag, {
  value: "AsyncContext",
  writable: false,
  enumerable: false,
  configurable: true,
}, { restore: true });
assert.sameValue(Object.prototype.toString.call(AsyncContext), "[object AsyncContext]");
