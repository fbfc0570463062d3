// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  return at a yield runs the finally blocks in the generator's mapping and restores its
  caller's mapping.
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
  try { yield; } finally { seen.push(v.get()); }
})());
g.next();
v.run("caller", () => {
  g.return();
  seen.push(v.get());
});
assert.compareArray(seen, ["made", "caller"]);
