// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  An invalid receiver throws before anything is swapped.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const { next } = Object.getPrototypeOf(function* () {}).prototype;
v.run("caller", () => {
  assert.throws(TypeError, () => next.call({}));
  assert.sameValue(v.get(), "caller");
});
