// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  throw on a generator that has not started throws at its caller, in the caller's mapping,
  and runs none of the body.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () { throw new Test262Error("ran"); })());
v.run("caller", () => {
  let seen;
  try {
    g.throw(1);
  } catch (e) {
    seen = [e, v.get()];
  }
  assert.compareArray(seen, [1, "caller"]);
});
