// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  done and value of the inner results are read in the delegating generator's mapping when
  yield* reads them.
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
let n = 0;
const iterable = {
  [Symbol.iterator]() {
    return { next: () => ({ get done() { seen.push("done " + v.get()); return n++ === 1; }, get value() { seen.push("value " + v.get()); } }) };
  },
};
const g = v.run("made", () => (function* () { yield* iterable; })());
v.run("a", () => g.next());
v.run("b", () => g.next());
assert.compareArray(seen, ["done made", "done made", "value made"]);
