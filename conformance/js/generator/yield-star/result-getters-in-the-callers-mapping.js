// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generator-function-definitions-runtime-semantics-evaluation
description: >
  From the second round on, done and value of the inner results are read in the caller's
  mapping, once each, and the result that is not done reaches the caller as the same object.
info: |
  yield* with the change that TC39 agreed to in September 2025
  The current mapping is stored before the loop and restored once, after it. So from the second
  round on, the methods of the inner iterator run in the mapping of the caller.
only-under: [yield-star-2025]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const results = [];
const iterable = {
  [Symbol.iterator]() {
    return {
      next() {
        const last = results.length === 2;
        const result = { get done() { seen.push("done " + v.get()); return last; }, get value() { seen.push("value " + v.get()); } };
        results.push(result);
        return result;
      },
    };
  },
};
const g = v.run("made", () => (function* () { yield* iterable; })());
assert.sameValue(v.run("a", () => g.next()), results[0]);
assert.sameValue(v.run("b", () => g.next()), results[1]);
v.run("c", () => g.next());
assert.compareArray(seen, ["done made", "done b", "done c", "value c"]);
