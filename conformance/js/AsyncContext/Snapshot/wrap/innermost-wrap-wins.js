// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  Wrapping a wrapped function adds a swap around it; fn sees the mapping of the first wrap.
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

const v = new AsyncContext.Variable();
const { wrap } = AsyncContext.Snapshot;
const inner = v.run("inner", () => wrap(() => v.get()));
const outer = v.run("outer", () => wrap(inner));
assert.sameValue(outer(), "inner");
