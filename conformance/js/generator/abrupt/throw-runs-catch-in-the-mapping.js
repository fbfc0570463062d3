// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  throw at a yield runs the catch block in the generator's mapping; a yield in it restores
  the caller's mapping.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () {
  try { yield; } catch (e) { yield v.get(); }
})());
g.next();
v.run("caller", () => {
  assert.sameValue(g.throw(1).value, "made");
  assert.sameValue(v.get(), "caller");
});
