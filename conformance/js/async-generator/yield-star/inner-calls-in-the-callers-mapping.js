// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  From the second round on, yield* over a hand-written async iterator calls its next, throw
  and return in the mapping of the request.
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
  const answer = (name) => () => {
    seen.push(name + " " + v.get());
    return v.run("settle", async () => ({ done: false }));
  };
  const iterable = { [Symbol.asyncIterator]: () => ({ next: answer("next"), throw: answer("throw"), return: answer("return") }) };
  const g = v.run("made", () => (async function* () { yield* iterable; })());
  await v.run("a", () => g.next());
  await v.run("b", () => g.throw(1));
  await v.run("c", () => g.return());
  await v.run("d", () => g.next());
  assert.compareArray(seen, ["next made", "throw b", "return c", "next d"]);
});
