// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A length that is not a number counts as 0 and is not converted.
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

const convert = { valueOf() { throw new Test262Error("converted"); } };
for (const length of ["3", null, true, convert]) {
  const fn = Object.defineProperty(() => {}, "length", { value: length });
  assert.sameValue(AsyncContext.Snapshot.wrap(fn).length, 0);
}
