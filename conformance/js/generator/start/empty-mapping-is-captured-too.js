// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  A generator created where nothing is bound runs with nothing bound, in whatever mapping it
  is resumed.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable({ defaultValue: "d" });
const g = (function* () { yield v.get(); yield v.get(); })();
assert.sameValue(v.run("a", () => g.next().value), "d");
assert.sameValue(v.run("b", () => g.next().value), "d");
