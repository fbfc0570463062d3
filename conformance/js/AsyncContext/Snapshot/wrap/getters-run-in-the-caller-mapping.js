// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  name and length are read in the mapping of the call to wrap, which is current afterwards
  also when a getter throws.
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
const seen = [];
function fn() {}
Object.defineProperty(fn, "length", { get() { seen.push(v.get()); return 1; } });
Object.defineProperty(fn, "name", { get() { seen.push(v.get()); throw new Test262Error(); } });
v.run("x", () => {
  assert.throws(Test262Error, () => AsyncContext.Snapshot.wrap(fn));
  assert.sameValue(v.get(), "x");
});
assert.compareArray(seen, ["x", "x"]);
