// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  An error of a later round, of next or of a getter, is thrown in the caller's mapping and
  caught by the delegating generator in its own.
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
const failing = (second) => ({ [Symbol.iterator]() { let n = 0; return { next: () => (n++ === 0 ? { done: false } : second()) }; } });
const fail = () => { seen.push("thrown " + v.get()); throw new Error("inner"); };
for (const second of [fail, () => ({ get done() { return fail(); } }), () => 1]) {
  const g = v.run("made", () => (function* () { try { yield* failing(second); } catch { seen.push("caught " + v.get()); } })());
  g.next();
  v.run("caller", () => g.next());
}
assert.compareArray(seen, ["thrown caller", "caught made", "thrown caller", "caught made", "caught made"]);
