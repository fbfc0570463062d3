// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A wrapped function works wherever a function is called, for example as a getter or a
  comparison function.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const { wrap } = AsyncContext.Snapshot;
const seen = [];
const compare = v.run("wrap", () => wrap((a, b) => { seen.push(v.get()); return a - b; }));
const object = Object.defineProperty({ x: 1 }, "g", { get: v.run("getter", () => wrap(function () { return this.x + v.get(); })) });
v.run("caller", () => {
  assert.compareArray([2, 1].sort(compare), [1, 2]);
  assert.sameValue(object.g, "1getter");
});
assert.compareArray(seen, ["wrap"]);
