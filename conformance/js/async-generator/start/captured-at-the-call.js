// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  An async generator's mapping is taken when the function is called; the body starts in it,
  not in that of the first next.
info: |
  AsyncGeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. The body is evaluated with that mapping swapped in.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const f = v.run("defined", () => async function* () { yield v.get(); });
  const g = v.run("called", () => f());
  assert.sameValue((await v.run("next", () => g.next())).value, "called");
});
