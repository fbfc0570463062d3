// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  A generator under a helper keeps its own mapping while the helper's callback runs in the
  caller's.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext, iterator-helpers]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () { yield v.get(); yield v.get(); })());
const helper = v.run("helper", () => g.map((x) => [x, v.get()]));
assert.compareArray(v.run("a", () => helper.next().value), ["made", "a"]);
assert.compareArray(v.run("b", () => helper.next().value), ["made", "b"]);
