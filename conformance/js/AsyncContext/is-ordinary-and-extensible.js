// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-object
description: >
  AsyncContext is an ordinary object; it is extensible and inherits from %Object.prototype%.
info: |
  The AsyncContext object is an ordinary object of every realm, the initial value of the global
  property, without [[Call]] and [[Construct]].
features: [AsyncContext]
---*/

assert.sameValue(Object.isExtensible(AsyncContext), true);
assert.sameValue(Object.getPrototypeOf(AsyncContext), Object.prototype);
