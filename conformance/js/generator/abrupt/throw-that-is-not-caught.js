// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  An error that passes through the body arrives at the caller of throw in that caller's
  mapping.
info: |
  GeneratorResumeAbrupt
  2., 3. A generator that has not started or is completed runs no code.
  9. The caller's mapping is stored.
  13., 14. After the generator has run, the mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () { yield; })());
v.run("first", () => g.next());
v.run("second", () => {
  let seen;
  try {
    g.throw(1);
  } catch (e) {
    seen = v.get();
  }
  assert.sameValue(seen, "second");
});
