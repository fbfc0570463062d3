// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  A helper calls next and return of its underlying iterator in the mapping of the code that
  resumes or closes the helper.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext, iterator-helpers]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const iterator = Object.setPrototypeOf({
  next() { seen.push("next " + v.get()); return { done: false }; },
  return() { seen.push("return " + v.get()); return {}; },
}, Iterator.prototype);
const helper = v.run("made", () => iterator.drop(0));
v.run("a", () => helper.next());
v.run("b", () => helper.return());
assert.compareArray(seen, ["next a", "return b"]);
