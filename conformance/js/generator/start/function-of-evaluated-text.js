// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  A generator captures in its call too when its function comes from the text of a direct eval,
  of an indirect one or of a Function constructor.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
globalThis.shared = v;
const text = "(function* () { yield shared.get(); yield shared.get(); })";
const functions = [
  eval(text),
  eval(...[text]),
  (0, eval)(text),
  new Function("return " + text)(),
  new Function("f = " + text, "return f")(),
  Object.getPrototypeOf(function* () {}).constructor("yield* " + text + "()"),
];
for (let i = 0; i < functions.length; i++) {
  const g = v.run("made", functions[i]);
  assert.compareArray(v.run("caller", () => [...g]), ["made", "made"]);
}
delete globalThis.shared;
