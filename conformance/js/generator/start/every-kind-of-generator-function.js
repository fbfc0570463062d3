// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  Declarations, expressions, object and class methods and generators created by the
  GeneratorFunction constructor all capture at the call.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext, class, class-methods-private]
---*/

globalThis.v = new AsyncContext.Variable();
function* declaration() { yield v.get(); }
const object = { *method() { yield v.get(); } };
class C {
  *method() { yield v.get(); }
  static *method() { yield v.get(); }
  *#hidden() { yield v.get(); }
  hidden() { return this.#hidden(); }
}
const GeneratorFunction = Object.getPrototypeOf(declaration).constructor;
const calls = [
  declaration, function* () { yield v.get(); }, () => object.method(), () => new C().method(), () => C.method(),
  () => new C().hidden(), new GeneratorFunction("yield v.get();"), () => (0, eval)("(function* () { yield v.get(); })()"),
];
calls.forEach((call, i) => {
  const g = v.run(i, () => call());
  assert.sameValue(g.next().value, i);
});
delete globalThis.v;
