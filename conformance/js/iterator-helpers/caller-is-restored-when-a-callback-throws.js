// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  An error of a helper's callback arrives at the caller of next in that caller's mapping,
  after the underlying generator has been closed in its own.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext, iterator-helpers]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const g = v.run("made", () => (function* () { try { yield; } finally { seen.push(v.get()); } })());
const helper = g.map(() => { throw 1; });
v.run("caller", () => {
  try {
    helper.next();
  } catch (e) {
    seen.push(v.get());
  }
});
assert.compareArray(seen, ["made", "caller"]);
