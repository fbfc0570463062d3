// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  In a generator that resumes another one with next, its own mapping is current again after
  each step.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const inner = v.run("inner", () => (function* () { yield v.get(); yield v.get(); })());
const outer = v.run("outer", () => (function* () {
  for (const x of inner) yield [x, v.get()];
})());
assert.compareArray(outer.next().value, ["inner", "outer"]);
assert.compareArray(v.run("caller", () => outer.next().value), ["inner", "outer"]);
