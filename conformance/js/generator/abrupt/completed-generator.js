// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  return and throw on a generator that is completed answer at once, in the caller's mapping.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () {})());
g.next();
v.run("caller", () => {
  assert.sameValue(g.return(1).value, 1);
  let seen;
  try {
    g.throw(2);
  } catch (e) {
    seen = [e, v.get()];
  }
  assert.compareArray(seen, [2, "caller"]);
});
