// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  return on a generator that has not started ends it without entering its mapping.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let ran = false;
const g = v.run("made", () => (function* () { ran = true; })());
v.run("caller", () => {
  assert.sameValue(g.return(1).value, 1);
  assert.sameValue(v.get(), "caller");
});
g.next();
assert.sameValue(ran, false);
