// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  return at a yield waits for its value and runs the finally block in the generator's
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
  const g = v.run("made", () => (async function* () { try { yield; } finally { seen.push("finally " + v.get()); } })());
  await g.next();
  const value = { then(ok) { seen.push("then " + v.get()); v.run("settle", () => ok("r")); } };
  const result = await v.run("caller", () => g.return(value));
  assert.sameValue(result.value, "r");
  assert.compareArray(seen, ["then made", "finally made"]);
});
