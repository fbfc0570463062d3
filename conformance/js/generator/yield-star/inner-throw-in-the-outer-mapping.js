// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* forwards throw in the delegating generator's mapping; if the inner iterator
  continues, the next round runs there too.
info: |
  9.b. After a throw for which the inner iterator returns a value, the mapping is restored when
    the generator is resumed.
not-under: [yield-star-2025]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const iterable = {
  [Symbol.iterator]() {
    return {
      next() { seen.push("next " + v.get()); return { done: false }; },
      get throw() { seen.push("get " + v.get()); return () => { seen.push("throw " + v.get()); return { done: false }; }; },
    };
  },
};
const g = v.run("made", () => (function* () { yield* iterable; })());
v.run("a", () => g.next());
v.run("b", () => g.throw(1));
v.run("c", () => g.next());
assert.compareArray(seen, ["next made", "get made", "throw made", "next made"]);
