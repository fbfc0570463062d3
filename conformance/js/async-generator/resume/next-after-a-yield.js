// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  A next after a yield continues in the generator's mapping, in the same turn.
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
  const g = v.run("made", () => (async function* () { yield; seen.push(v.get()); yield 1; seen.push(v.get()); })());
  await g.next();
  const second = v.run("caller", () => g.next());
  assert.compareArray(seen, ["made"]);
  await second;
  await v.run("caller", () => g.next());
  assert.compareArray(seen, ["made", "made"]);
});
