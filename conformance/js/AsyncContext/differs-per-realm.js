// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-object
description: >
  AsyncContext is an intrinsic, so every realm has an object, a Variable and a Snapshot
  constructor of its own.
info: |
  The AsyncContext object is an ordinary object of every realm, the initial value of the global
  property, without [[Call]] and [[Construct]].
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
assert.notSameValue(other.AsyncContext, AsyncContext);
assert.notSameValue(other.AsyncContext.Variable, AsyncContext.Variable);
assert.notSameValue(other.AsyncContext.Snapshot, AsyncContext.Snapshot);
assert.sameValue(Object.getPrototypeOf(other.AsyncContext), other.Object.prototype);
