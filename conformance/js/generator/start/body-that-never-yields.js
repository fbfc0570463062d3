// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  When the body ends, by a return or a throw, the mapping of the caller of next is restored.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  5.d. A body that is a closure is run without a swap.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const [ok, bad] = v.run("made", () => [(function* () { return v.get(); })(), (function* () { throw v.get(); })()]);
v.run("caller", () => {
  assert.sameValue(ok.next().value, "made");
  assert.sameValue(v.get(), "caller");
  let thrown;
  try {
    bad.next();
  } catch (e) {
    thrown = e;
  }
  assert.sameValue(thrown, "made");
  assert.sameValue(v.get(), "caller");
});
