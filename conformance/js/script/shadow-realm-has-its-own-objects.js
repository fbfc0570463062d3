// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-object
description: >
  Every realm has the intrinsic AsyncContext as a global, a ShadowRealm among them, and its
  own variables work in it.
info: |
  The AsyncContext object is an ordinary object of every realm, the initial value of the global
  property, without [[Call]] and [[Construct]].
features: [AsyncContext, ShadowRealm]
---*/

const realm = new ShadowRealm();
assert.sameValue(realm.evaluate("typeof AsyncContext"), "object");
assert.sameValue(realm.evaluate("const v = new AsyncContext.Variable(); v.run('in', () => v.get());"), "in");
