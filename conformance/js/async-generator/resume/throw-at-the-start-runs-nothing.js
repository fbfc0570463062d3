// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  throw on an async generator that has not started rejects at once and runs none of the
  body; a handler sees its own mapping.
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
  const g = v.run("made", () => (async function* () { throw new Test262Error("ran"); })());
  const promise = v.run("caller", () => g.throw(1));
  assert.compareArray(await v.run("catch", () => promise.catch((e) => [e, v.get()])), [1, "catch"]);
});
