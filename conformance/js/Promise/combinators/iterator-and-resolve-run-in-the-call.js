// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The iterable is walked and the constructor's resolve is called at once, in the mapping of
  the call.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
class C extends Promise {
  static resolve(x) {
    seen.push("resolve " + v.get());
    return super.resolve(x);
  }
}
const iterable = {
  [Symbol.iterator]() {
    seen.push("iterator " + v.get());
    return { next() { seen.push("next " + v.get()); return { done: seen.length > 3, value: 1 }; } };
  },
};
v.run("x", () => C.all(iterable));
assert.compareArray(seen, ["iterator x", "next x", "resolve x", "next x"]);
