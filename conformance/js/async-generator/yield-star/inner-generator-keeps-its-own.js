// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  Delegating to an async generator made in another mapping runs each body in its own.
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
  const inner = v.run("inner", () => (async function* () { yield v.get(); await undefined; yield v.get(); })());
  const g = v.run("outer", () => (async function* () { yield v.get(); yield* inner; yield v.get(); })());
  const seen = [];
  for (let i = 0; i < 4; i++) seen.push((await v.run("caller", () => g.next())).value);
  assert.compareArray(seen, ["outer", "inner", "inner", "outer"]);
});
