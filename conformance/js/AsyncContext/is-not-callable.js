// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-object
description: >
  AsyncContext has no [[Call]], so calling it throws a TypeError and typeof gives "object".
info: |
  The AsyncContext object is an ordinary object of every realm, the initial value of the global
  property, without [[Call]] and [[Construct]].
features: [AsyncContext]
---*/

assert.sameValue(typeof AsyncContext, "object");
assert.throws(TypeError, () => AsyncContext());
