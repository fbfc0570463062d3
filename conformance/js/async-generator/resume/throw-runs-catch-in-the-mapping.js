// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  throw at a yield runs the catch block in the generator's mapping, also after an await in
  it.
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
  const g = v.run("made", () => (async function* () {
    try { yield; } catch (e) { const before = v.get(); await undefined; yield [before, v.get()]; }
  })());
  await g.next();
  assert.compareArray((await v.run("caller", () => g.throw(1))).value, ["made", "made"]);
});
