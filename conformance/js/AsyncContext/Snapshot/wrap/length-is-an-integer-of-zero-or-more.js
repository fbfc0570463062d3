// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A numeric length is truncated, NaN and negative ones become 0, and infinities become
  Infinity and 0.
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

for (const [length, expected] of [
  [2.9, 2], [-2.9, 0], [-0, 0], [NaN, 0], [Infinity, Infinity], [-Infinity, 0], [2147483648, 2147483648],
]) {
  const fn = Object.defineProperty(() => {}, "length", { value: length });
  assert.sameValue(AsyncContext.Snapshot.wrap(fn).length, expected);
}
