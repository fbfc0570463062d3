// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* calls next of a hand-written iterator in the delegating generator's mapping at the
  first round, and in its caller's at each later one; the body continues in its own mapping.
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
const iterable = { [Symbol.iterator]() { return { next() { seen.push(v.get()); return { done: seen.length === 4 }; } }; } };
const g = v.run("made", () => (function* () { yield* iterable; seen.push("after " + v.get()); })());
for (let i = 0; i < 4; i++) v.run(i, () => g.next());
assert.compareArray(seen, ["made", 1, 2, 3, "after made"]);
