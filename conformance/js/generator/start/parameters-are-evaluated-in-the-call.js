// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  Default parameters are evaluated at the call, in the caller's mapping.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
function* f(p = seen.push(v.get())) {}
const g = v.run("called", () => f());
assert.compareArray(seen, ["called"]);
v.run("next", () => g.next());
assert.compareArray(seen, ["called"]);
