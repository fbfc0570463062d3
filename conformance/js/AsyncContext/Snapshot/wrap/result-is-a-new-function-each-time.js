// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap gives a new function at every call and never fn itself, also for a function that is
  wrapped already.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
---*/

const { wrap } = AsyncContext.Snapshot;
const fn = () => {};
const once = wrap(fn);
assert.notSameValue(once, fn);
assert.notSameValue(wrap(fn), once);
const twice = wrap(once);
assert.notSameValue(twice, once);
assert.sameValue(wrap(function f() {}).name, "wrapped f");
assert.sameValue(wrap(wrap(function f() {})).name, "wrapped wrapped f");
