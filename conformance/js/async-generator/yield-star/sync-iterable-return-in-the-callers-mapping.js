// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  A return forwarded by yield* to a sync iterator calls its return in the mapping of the
  request, and so does a throw for which it has no method.
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
  const iterable = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false }),
      return() { seen.push("return " + v.get()); return {}; },
    }),
  };
  const g = v.run("made", () => (async function* () { try { yield* iterable; } finally { seen.push("finally " + v.get()); } })());
  await g.next();
  await v.run("caller", () => g.return());
  const h = v.run("made", () => (async function* () { try { yield* iterable; } catch (e) { seen.push(e.name + " " + v.get()); } })());
  await h.next();
  await v.run("caller", () => h.throw());
  assert.compareArray(seen.slice(0, 1), ["return caller"]);
  assert.sameValue(seen.at(-1), "TypeError made");
});
