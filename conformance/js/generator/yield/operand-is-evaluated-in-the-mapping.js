// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  The operand of yield is evaluated in the generator's mapping, and runs in it are over when
  the yield suspends.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () { yield [v.get(), v.run("inner", () => v.get())]; yield v.get(); })());
v.run("caller", () => {
  assert.compareArray(g.next().value, ["made", "inner"]);
  assert.sameValue(v.get(), "caller");
});
assert.sameValue(g.next().value, "made");
