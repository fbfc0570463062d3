// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  For return and throw an invalid receiver throws before anything is swapped.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const proto = Object.getPrototypeOf(function* () {}).prototype;
v.run("caller", () => {
  assert.throws(TypeError, () => proto.return.call({}));
  assert.throws(TypeError, () => proto.throw.call({}));
  assert.sameValue(v.get(), "caller");
});
