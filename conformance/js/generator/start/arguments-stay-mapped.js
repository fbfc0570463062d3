// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  The capture does not affect the arguments of a sloppy generator function: they stay mapped
  to its parameters.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
flags: [noStrict]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
function* declared(a) { a = v.get(); yield arguments[0]; arguments[0] = 2; yield a; }
const expression = function* (a) { a = v.get(); yield arguments[0]; arguments[0] = 2; yield a; };
const { method } = { *method(a) { a = v.get(); yield arguments[0]; arguments[0] = 2; yield a; } };
const kinds = [declared, expression, method];
for (let i = 0; i < kinds.length; i++) {
  const g = v.run("made", kinds[i], 1);
  assert.compareArray(v.run("caller", () => [...g]), ["made", 2]);
  assert.sameValue(kinds[i].length, 1);
}
