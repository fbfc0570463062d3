// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  The body's end puts back the mapping of the caller of next, for a return and for a throw.
info: |
  GeneratorStart
  4. The agent's current mapping is taken when the generator is made.
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
