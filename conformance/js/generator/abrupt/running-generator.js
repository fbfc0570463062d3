// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresumeabrupt
description: >
  return and throw on a generator that is running throw a TypeError inside it, and the body
  continues in its own mapping.
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
let g;
function* f() {
  for (const name of ["return", "throw"]) {
    try {
      v.run("inner", () => g[name]());
    } catch (e) {
      seen.push((e instanceof TypeError) + " " + v.get());
    }
  }
}
g = v.run("made", f);
v.run("caller", () => g.next());
assert.compareArray(seen, ["true made", "true made"]);
