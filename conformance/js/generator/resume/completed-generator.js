// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  Resuming a generator that is done returns at once and leaves the caller's mapping alone.
info: |
  GeneratorResume
  8. The caller's mapping is noted.
  9., 10. The generator goes on.
  12., 13. The noted mapping is swapped back before the result is returned.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () {})());
g.next();
v.run("caller", () => {
  assert.sameValue(g.next().done, true);
  assert.sameValue(v.get(), "caller");
});
