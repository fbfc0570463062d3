// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  When the inner iterator has no return, yield* waits for the value of return in the
  delegating generator's mapping and runs its finally there.
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
  const iterable = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false }) }) };
  const g = v.run("made", () => (async function* () { try { yield* iterable; } finally { seen.push("finally " + v.get()); } })());
  await g.next();
  await v.run("caller", () => g.return({ then(ok) { seen.push("then " + v.get()); ok(); } }));
  assert.compareArray(seen, ["then made", "finally made"]);
});
