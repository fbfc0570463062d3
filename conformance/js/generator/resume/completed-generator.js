// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  Resuming a completed generator returns at once and does not change the caller's mapping.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () {})());
g.next();
v.run("caller", () => {
  assert.sameValue(g.next().done, true);
  assert.sameValue(v.get(), "caller");
});
