// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-object
description: >
  AsyncContext has no [[Construct]], so new AsyncContext throws a TypeError.
info: |
  The AsyncContext object is an ordinary object of every realm, the initial value of the global
  property, without [[Call]] and [[Construct]].
features: [AsyncContext, Reflect.construct]
---*/

assert.throws(TypeError, () => new AsyncContext());
assert.throws(TypeError, () => Reflect.construct(function () {}, [], AsyncContext), "as new.target");
