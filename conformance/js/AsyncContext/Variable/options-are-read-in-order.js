// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  The constructor performs [[HasProperty]] for "name", [[Get]] of "name", ToString of the
  name and [[Get]] of "defaultValue" on the options, and last reads the prototype of
  new.target.
info: |
  AsyncContext.Variable ( options )
  4. For an object:
      a. HasProperty(options, "name")
      b. if so, Get(options, "name"), then ToString of it
      c. Get(options, "defaultValue")
  5. OrdinaryCreateFromConstructor, which reads NewTarget's prototype.
features: [AsyncContext, Reflect.construct, Proxy]
includes: [compareArray.js]
---*/

const log = [];
const options = new Proxy({}, {
  has(target, key) {
    log.push("has " + String(key));
    return true;
  },
  get(target, key) {
    log.push("get " + String(key));
    return { toString() { log.push("toString " + String(key)); return "x"; } };
  },
});
const newTarget = new Proxy(function () {}, {
  get(target, key) {
    log.push("target " + String(key));
    return target[key];
  },
});
Reflect.construct(AsyncContext.Variable, [options], newTarget);
assert.compareArray(log, [
  "has name",
  "get name",
  "toString name",
  "get defaultValue",
  "target prototype",
]);
