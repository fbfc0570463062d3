// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  Every call of a generator function captures the current mapping, and generators resumed
  alternately keep their own mappings.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
function* f() { while (true) yield v.get(); }
const a = v.run("a", f);
const b = v.run("b", f);
const seen = [];
for (let i = 0; i < 3; i++) seen.push(a.next().value, v.run("c", () => b.next().value));
assert.compareArray(seen, ["a", "b", "a", "b", "a", "b"]);
