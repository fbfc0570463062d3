// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  The values of a suspended generator's mapping are still available when it continues after
  a collection, before and after its start.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
flags: [async]
features: [AsyncContext, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const g = (() => v.run({ kept: true }, () => (function* () { yield v.get().kept; yield v.get().kept; })()))();
  await undefined;
  $262.gc();
  assert.sameValue(g.next().value, true);
  await undefined;
  $262.gc();
  assert.sameValue(g.next().value, true);
});
