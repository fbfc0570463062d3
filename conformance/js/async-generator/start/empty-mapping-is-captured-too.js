// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  An async generator made where nothing is bound runs with nothing bound, before and after
  its awaits.
info: |
  AsyncGeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. The body is evaluated with that mapping swapped in.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const g = (async function* () { yield v.get(); await undefined; yield v.get(); })();
  assert.sameValue((await v.run("a", () => g.next())).value, "d");
  assert.sameValue((await v.run("b", () => g.next())).value, "d");
});
