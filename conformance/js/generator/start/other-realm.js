// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  A generator function of another realm captures the agent's mapping as well.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
const v = new AsyncContext.Variable();
other.v = v;
const g = v.run("made", () => new (Object.getPrototypeOf(other.eval("(function* () {})")).constructor)("yield v.get();")());
assert.sameValue(v.run("next", () => g.next().value), "made");
