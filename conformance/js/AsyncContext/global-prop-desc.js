// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-object
description: >
  The global property "AsyncContext" is writable and configurable and not enumerable.
info: |
  The AsyncContext object is an ordinary object of every realm, the initial value of the global
  property, without [[Call]] and [[Construct]].
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(globalThis, "AsyncContext", {
  writable: true,
  enumerable: false,
  configurable: true,
}, { restore: true });
