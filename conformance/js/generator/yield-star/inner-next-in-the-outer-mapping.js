// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* calls next of a hand-written iterator in the delegating generator's mapping, at the
  first round and at each later one.
info: |
  7. The mapping is stored once, before the first round.
  9.a. After each suspension it is restored.
not-under: [yield-star-2025]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const iterable = { [Symbol.iterator]() { return { next() { seen.push(v.get()); return { done: seen.length === 4 }; } }; } };
const g = v.run("made", () => (function* () { yield* iterable; seen.push("after " + v.get()); })());
for (let i = 0; i < 4; i++) v.run(i, () => g.next());
assert.compareArray(seen, ["made", "made", "made", "made", "after made"]);
