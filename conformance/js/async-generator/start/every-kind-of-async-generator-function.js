// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  Declarations, object and class methods and functions created by the AsyncGeneratorFunction
  constructor all capture at the call.
info: |
  AsyncGeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. The body is evaluated with that mapping swapped in.
flags: [async]
features: [AsyncContext, class, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = globalThis.v = new AsyncContext.Variable();
  async function* declaration() { yield v.get(); }
  const object = { async *method() { yield v.get(); } };
  class C { async *method() { yield v.get(); } }
  const AsyncGeneratorFunction = Object.getPrototypeOf(declaration).constructor;
  const calls = [declaration, () => object.method(), () => new C().method(), new AsyncGeneratorFunction("yield v.get();")];
  for (let i = 0; i < calls.length; i++) {
    const g = v.run(i, () => calls[i]());
    assert.sameValue((await g.next()).value, i);
  }
  delete globalThis.v;
});
