// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  When the inner iterator has no throw, yield* closes it and throws a TypeError, both in the
  delegating generator's mapping.
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
const iterable = { [Symbol.iterator]() { return { next: () => ({ done: false }), return() { seen.push("return " + v.get()); return {}; } }; } };
const g = v.run("made", () => (function* () {
  try { yield* iterable; } catch (e) { seen.push((e instanceof TypeError) + " " + v.get()); }
})());
g.next();
v.run("caller", () => g.throw(1));
assert.compareArray(seen, ["return made", "true made"]);
