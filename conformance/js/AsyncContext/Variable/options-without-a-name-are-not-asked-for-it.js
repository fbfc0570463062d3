// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  When [[HasProperty]] of "name" is false, "name" is not read, and the name stays empty.
info: |
  AsyncContext.Variable ( options )
  1. Without a NewTarget: throw a TypeError.
  2., 3. The name starts as the empty String, the default value as undefined.
  4. For an object:
    a. HasProperty(options, "name").
    b. If the result is true: Get(options, "name"), then ToString.
    c. Get(options, "defaultValue").
  5.-8. OrdinaryCreateFromConstructor with NewTarget; the two slots are set; return the object.
features: [AsyncContext, Proxy]
includes: [compareArray.js]
---*/

const log = [];
const options = new Proxy({}, {
  has(target, key) {
    log.push("has " + String(key));
    return false;
  },
  get(target, key) {
    log.push("get " + String(key));
    return "unseen";
  },
});
const v = new AsyncContext.Variable(options);
assert.compareArray(log, ["has name", "get defaultValue"]);
assert.sameValue(v.name, "");
