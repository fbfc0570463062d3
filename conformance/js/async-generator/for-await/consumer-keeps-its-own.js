// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  A for await loop over an async generator runs its body in the loop's mapping while the
  generator stays in its own.
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
  const g = v.run("made", () => (async function* () { yield v.get(); yield v.get(); })());
  const seen = [];
  await v.run("loop", async () => {
    for await (const x of g) seen.push(x + " " + v.get());
    seen.push("after " + v.get());
  });
  assert.compareArray(seen, ["made loop", "made loop", "after loop"]);
});
