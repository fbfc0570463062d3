// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  The operand of yield* and its Symbol.iterator are evaluated in the delegating generator's
  mapping.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const iterable = { [Symbol.iterator]() { seen.push("iterator " + v.get()); return [][Symbol.iterator](); } };
const operand = () => { seen.push("operand " + v.get()); return iterable; };
const g = v.run("made", () => (function* () { yield* operand(); })());
v.run("caller", () => g.next());
assert.compareArray(seen, ["operand made", "iterator made"]);
