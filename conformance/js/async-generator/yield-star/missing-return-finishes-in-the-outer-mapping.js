// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  When the inner iterator has no return, the delegating async generator's finally runs in its
  own mapping.
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
  const iterable = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false }) }) };
  const g = v.run("made", () => (async function* () { try { yield* iterable; } finally { seen.push(v.get()); } })());
  await g.next();
  await v.run("caller", () => g.return(1));
  assert.compareArray(seen, ["made"]);
});
