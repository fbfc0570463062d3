// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  When the inner iterator has no throw, yield* closes it in the caller's mapping; the body
  catches the TypeError in its own.
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
const iterable = { [Symbol.iterator]() { return { next: () => ({ done: false }), return() { seen.push("return " + v.get()); return {}; } }; } };
const g = v.run("made", () => (function* () {
  try { yield* iterable; } catch (e) { seen.push((e instanceof TypeError) + " " + v.get()); }
})());
g.next();
v.run("caller", () => g.throw(1));
assert.compareArray(seen, ["return caller", "true made"]);
