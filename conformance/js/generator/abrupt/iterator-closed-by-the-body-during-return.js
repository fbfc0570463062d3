// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  A loop of the body that return unwinds closes its own iterator in the generator's mapping.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let seen = "unset";
const iterable = { [Symbol.iterator]() { return { next: () => ({ done: false }), return() { seen = v.get(); return {}; } }; } };
const g = v.run("made", () => (function* () { for (const x of iterable) yield; })());
g.next();
v.run("caller", () => g.return());
assert.sameValue(seen, "made");
