// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  CopyNameAndLength checks whether the function has an own length, reads it, and then reads
  its name; it performs no other operation on the function.
info: |
  5. CopyNameAndLength(wrapped, fn, "wrapped"): HasOwnProperty of "length", Get of "length",
       Get of "name".
features: [AsyncContext, Proxy]
includes: [compareArray.js]
---*/

const log = [];
const fn = new Proxy(function f(a, b) {}, {
  get(target, key) { log.push("get " + String(key)); return target[key]; },
  has(target, key) { log.push("has " + String(key)); return key in target; },
  ownKeys(target) { log.push("ownKeys"); return Reflect.ownKeys(target); },
  getPrototypeOf(target) { log.push("getPrototypeOf"); return Reflect.getPrototypeOf(target); },
  getOwnPropertyDescriptor(target, key) { log.push("own " + String(key)); return Reflect.getOwnPropertyDescriptor(target, key); },
});
const wrapped = AsyncContext.Snapshot.wrap(fn);
assert.compareArray(log, ["own length", "get length", "get name"]);
assert.sameValue(wrapped.length, 2);
assert.sameValue(wrapped.name, "wrapped f");
