// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A class can be wrapped, because it is callable, but a call of the result throws as a call
  of the class does, and the caller's mapping is restored.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
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
