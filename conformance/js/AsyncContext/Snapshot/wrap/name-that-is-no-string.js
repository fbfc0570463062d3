// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A name that is not a string counts as empty; the result is then "wrapped " with its space,
  also for a symbol and for a String object.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Symbol]
---*/

for (const name of [undefined, null, 1, Symbol("s"), {}, new String("s")]) {
  const fn = Object.defineProperty(() => {}, "name", { value: name });
  assert.sameValue(AsyncContext.Snapshot.wrap(fn).name, "wrapped ");
}
