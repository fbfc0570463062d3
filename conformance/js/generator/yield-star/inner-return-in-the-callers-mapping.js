// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* reads and calls return in its caller's mapping; when the inner iterator refuses to
  end, the next round runs in the next caller's.
info: |
  yield* with the change that TC39 agreed to in September 2025
  The current mapping is stored before the loop and restored once, after it. So from the second
  round on, the methods of the inner iterator run in the mapping of the caller.
only-under: [yield-star-2025]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const iterable = {
  [Symbol.iterator]() {
    return {
      next() { seen.push("next " + v.get()); return { done: false }; },
      get return() { seen.push("get " + v.get()); return () => { seen.push("return " + v.get()); return { done: false }; }; },
    };
  },
};
const g = v.run("made", () => (function* () { yield* iterable; })());
v.run("a", () => g.next());
v.run("b", () => g.return(1));
v.run("c", () => g.next());
assert.compareArray(seen, ["next made", "get b", "return b", "next c"]);
