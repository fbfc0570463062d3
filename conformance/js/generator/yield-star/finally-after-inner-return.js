// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  When the inner iterator has no return, the delegating generator's finally runs in its own
  mapping.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let seen;
const iterable = { [Symbol.iterator]() { return { next: () => ({ done: false }) }; } };
const g = v.run("made", () => (function* () { try { yield* iterable; } finally { seen = v.get(); } })());
g.next();
v.run("caller", () => g.return());
assert.sameValue(seen, "made");
