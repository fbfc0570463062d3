// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  A yield without an operand restores the generator's mapping when next resumes it.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let seen;
const g = v.run("made", () => (function* () { yield; seen = v.get(); })());
g.next();
v.run("caller", () => g.next());
assert.sameValue(seen, "made");
