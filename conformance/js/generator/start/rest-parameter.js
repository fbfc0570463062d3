// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  The capture does not affect a rest parameter, be it a name or a pattern.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
function* rest(a, ...others) { yield others.length; yield* others; yield v.get(); }
function* pattern(a, ...[b, c = "default"]) { yield b; yield c; yield v.get(); }
const { method } = { *method(...all) { yield* all; yield v.get(); } };
const all = (f, ...args) => {
  const g = v.run("made", f, ...args);
  return v.run("caller", () => [...g]);
};
assert.compareArray(all(rest, 1, 2, 3), [2, 2, 3, "made"]);
assert.compareArray(all(rest), [0, "made"]);
assert.compareArray(all(pattern, 1, 2), [2, "default", "made"]);
assert.compareArray(all(method, 1, 2), [1, 2, "made"]);
assert.compareArray([rest.length, pattern.length, method.length], [1, 1, 0]);
