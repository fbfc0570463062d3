// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  Resuming a generator that is running throws a TypeError inside it, and the body continues
  in its own mapping.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
let g;
function* f() {
  try {
    v.run("inner", () => g.next());
  } catch (e) {
    yield [e.constructor === TypeError, v.get()];
  }
}
g = v.run("made", f);
assert.compareArray(v.run("caller", () => g.next().value), [true, "made"]);
