// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A class can be wrapped, since it is callable, but calling the result throws as calling the
  class does, with the caller's mapping restored.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, class]
---*/

const v = new AsyncContext.Variable();
class C { constructor(a) {} }
const wrapped = AsyncContext.Snapshot.wrap(C);
assert.sameValue(wrapped.name, "wrapped C");
v.run("caller", () => {
  assert.throws(TypeError, wrapped);
  assert.sameValue(v.get(), "caller");
});
