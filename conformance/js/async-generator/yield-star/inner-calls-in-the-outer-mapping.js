// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  yield* over a hand-written async iterator calls its next, throw and return in the
  delegating generator's mapping, in every round.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
flags: [async]
not-under: [yield-star-2025]
features: [AsyncContext, async-iteration, promise-with-resolvers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const answer = (name) => () => {
    seen.push(name + " " + v.get());
    const { promise, resolve } = Promise.withResolvers();
    v.run("settle", () => resolve({ done: false }));
    return promise;
  };
  const iterable = { [Symbol.asyncIterator]: () => ({ next: answer("next"), throw: answer("throw"), return: answer("return") }) };
  const g = v.run("made", () => (async function* () { yield* iterable; })());
  await v.run("a", () => g.next());
  await v.run("b", () => g.throw(1));
  await v.run("c", () => g.return());
  await v.run("d", () => g.next());
  assert.compareArray(seen, ["next made", "throw made", "return made", "next made"]);
});
