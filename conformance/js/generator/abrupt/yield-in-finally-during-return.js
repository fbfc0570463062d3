// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  A finally that yields during a return suspends it; the rest of it runs in the generator's
  mapping at the next resumption.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const g = v.run("made", () => (function* () {
  try {
    yield;
  } finally {
    seen.push(v.get());
    yield;
    seen.push(v.get());
  }
})());
g.next();
v.run("return", () => { g.return("r"); seen.push(v.get()); });
const last = v.run("next", () => { const r = g.next(); seen.push(v.get()); return r; });
assert.sameValue(last.value, "r");
assert.compareArray(seen, ["made", "return", "made", "next"]);
