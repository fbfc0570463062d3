// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  next, throw and return run the body up to its first wait and then restore the caller's
  mapping.
info: |
  AsyncGeneratorResume
  6. The generator's mapping is swapped in.
  11. The caller's mapping is restored when control returns.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const g = v.run("made", () => (async function* () {
    try { seen.push(v.get()); yield; } catch (e) { seen.push(v.get()); yield; } finally { seen.push(v.get()); }
  })());
  const step = (name, arg) => {
    const promise = g[name](arg);
    seen.push(name + " " + v.get());
    return promise;
  };
  await v.run("a", () => step("next"));
  await v.run("b", () => step("throw", 1));
  await v.run("c", () => step("return"));
  assert.compareArray(seen.filter((x) => x.includes(" ")), ["next a", "throw b", "return c"]);
  assert.compareArray(seen.filter((x) => !x.includes(" ")), ["made", "made", "made"]);
});
