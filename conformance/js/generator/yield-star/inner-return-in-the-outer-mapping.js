// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* forwards return in the delegating generator's mapping; when the inner iterator
  refuses to end, the next round runs there too.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
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
      get return() { seen.push("get " + v.get()); return () => { seen.push("return " + v.get()); return { done: false }; }; },
    };
  },
};
const g = v.run("made", () => (function* () { yield* iterable; })());
v.run("a", () => g.next());
v.run("b", () => g.return(1));
v.run("c", () => g.next());
assert.compareArray(seen, ["next made", "get made", "return made", "next made"]);
