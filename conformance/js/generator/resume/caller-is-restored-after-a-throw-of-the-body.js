// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  When the body throws on a later resumption, the mapping of that resumption's caller is
  current in its catch block, not that of the first.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () { yield; throw 1; })());
v.run("first", () => g.next());
v.run("second", () => {
  let seen;
  try {
    g.next();
  } catch (e) {
    seen = v.get();
  }
  assert.sameValue(seen, "second");
});
