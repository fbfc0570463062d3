// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  When new.target's prototype is not an object, the instance gets the Variable prototype of
  new.target's realm, and its slots work from either realm.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, cross-realm, Reflect.construct]
---*/

const other = $262.createRealm().global;
const newTarget = new other.Function();
newTarget.prototype = null;
const v = Reflect.construct(AsyncContext.Variable, [{ defaultValue: 6 }], newTarget);
assert.sameValue(Object.getPrototypeOf(v), other.AsyncContext.Variable.prototype);
assert.sameValue(AsyncContext.Variable.prototype.get.call(v), 6);
assert.sameValue(v.get(), 6);
