// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  The generator's mapping is restored after every yield of a body, in loops, arguments and
  nested expressions.
info: |
  yield and yield*
  The current mapping is stored before the generator is suspended and restored when it continues,
  before the completion that resumes it, normal or abrupt, has any effect. yield* stores it once
  and restores it after each round.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
function* f() {
  for (let i = 0; i < 2; i++) yield v.get();
  yield [yield v.get(), yield v.get(), v.get()];
}
const g = v.run("made", f);
const seen = [];
for (let i = 0; i < 4; i++) seen.push(v.run(i, () => g.next(i).value));
assert.compareArray(seen, ["made", "made", "made", "made"]);
assert.compareArray(v.run("last", () => g.next("sent").value), [3, "sent", "made"]);
