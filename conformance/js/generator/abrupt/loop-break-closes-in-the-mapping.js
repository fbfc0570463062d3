// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  Breaking out of a for-of loop closes the generator, whose finally runs in its own mapping;
  the loop's code continues in its own.
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
const g = v.run("made", () => (function* () { try { yield; } finally { seen.push(v.get()); } })());
v.run("loop", () => {
  for (const x of g) break;
  seen.push(v.get());
});
assert.compareArray(seen, ["made", "loop"]);
