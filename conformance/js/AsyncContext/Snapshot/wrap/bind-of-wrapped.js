// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  bind uses the result's name and length as those of any function, and the bound function
  keeps the captured mapping.
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
const wrapped = v.run("wrap", () => AsyncContext.Snapshot.wrap(function f(a, b) { return [v.get(), a, b]; }));
const bound = wrapped.bind(null, 1);
assert.sameValue(bound.name, "bound wrapped f");
assert.sameValue(bound.length, 1);
assert.compareArray(bound(2), ["wrap", 1, 2]);
