// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  A request that is queued while a round is awaited continues without a resumption, so its
  round runs in the mapping of the round before it.
info: |
  yield* with the change that TC39 agreed to in September 2025
  The current mapping is stored before the loop and restored once, after it. So from the second
  round on, the methods of the inner iterator run in the mapping of the caller.
flags: [async]
only-under: [yield-star-2025]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const iterable = { [Symbol.asyncIterator]: () => ({ async next() { seen.push(v.get()); return { done: seen.length === 6 }; } }) };
  const g = v.run("made", () => (async function* () { yield* iterable; seen.push("after " + v.get()); })());
  await Promise.all([v.run("a", () => g.next()), v.run("b", () => g.next())]);
  await Promise.all([v.run("c", () => g.next()), v.run("d", () => g.next())]);
  await v.run("e", () => g.next());
  await v.run("f", () => g.next());
  assert.compareArray(seen, ["made", "made", "c", "c", "e", "f", "after made"]);
});
