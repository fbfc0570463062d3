// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  A generator created in the body of another one captures the mapping current at that call,
  not the mapping of the code that resumes it.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const w = new AsyncContext.Variable();
function* inner() { yield v.get() + w.get(); }
const outer = v.run("made ", () => (function* () { yield w.run("w", inner); })());
const g = v.run("caller ", () => w.run("caller", () => outer.next().value));
assert.sameValue(g.next().value, "made w");
