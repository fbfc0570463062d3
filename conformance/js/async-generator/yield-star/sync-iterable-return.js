// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  A return forwarded by yield* to a sync iterator calls its return in the delegating
  generator's mapping, and so does a throw for which it has no method.
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
  const iterable = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false }),
      return() { seen.push("return " + v.get()); return {}; },
    }),
  };
  for (const name of ["return", "throw"]) {
    const g = v.run("made", () => (async function* () { yield* iterable; })());
    await g.next();
    await v.run("caller", () => g[name]()).catch((e) => { seen.push(e.name); });
  }
  assert.compareArray(seen.filter((x) => x.startsWith("return")).slice(0, 1), ["return made"]);
  assert.sameValue(seen.includes("return caller"), false);
});
