// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  A throw and a return that wait in the queue run the catch and the finally block in the
  generator's mapping.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const g = v.run("made", () => (async function* () {
    try {
      try { yield; } catch (e) { seen.push("catch " + v.get()); yield; }
    } finally {
      seen.push("finally " + v.get());
    }
  })());
  v.run("a", () => g.next());
  v.run("b", () => g.throw(1));
  await v.run("c", () => g.return());
  assert.compareArray(seen, ["catch made", "finally made"]);
});
