// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A length that is no number counts as 0 and isn't converted.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
---*/

const convert = { valueOf() { throw new Test262Error("converted"); } };
for (const length of ["3", null, true, convert]) {
  const fn = Object.defineProperty(() => {}, "length", { value: length });
  assert.sameValue(AsyncContext.Snapshot.wrap(fn).length, 0);
}
