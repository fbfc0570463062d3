// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  From the second round on, yield* over a sync iterable calls the sync next and adopts its
  values in the mapping of the request.
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
  const iterable = { [Symbol.iterator]: () => ({ next() { seen.push(v.get()); return { done: false, value: { then(ok) { ok(v.get()); } } }; } }) };
  const g = v.run("made", () => (async function* () { yield* iterable; })());
  assert.sameValue((await v.run("a", () => g.next())).value, "made");
  assert.sameValue((await v.run("b", () => g.next())).value, "b");
  assert.compareArray(seen, ["made", "b"]);
});
