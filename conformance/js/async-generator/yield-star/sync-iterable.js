// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* over a sync iterable wraps it; the sync next and the adoption of its values run in
  the delegating generator's mapping.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
flags: [async]
not-under: [yield-star-2025]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const iterable = { [Symbol.iterator]: () => ({ next() { seen.push(v.get()); return { done: false, value: { then(ok) { ok(v.get()); } } }; } }) };
  const g = v.run("made", () => (async function* () { yield* iterable; })());
  assert.sameValue((await v.run("a", () => g.next())).value, "made");
  assert.sameValue((await v.run("b", () => g.next())).value, "made");
  assert.compareArray(seen, ["made", "made"]);
});
