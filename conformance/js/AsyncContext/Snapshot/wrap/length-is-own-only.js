// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  Only an own length counts; an inherited one is not read.
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

function fn(a, b) {}
delete fn.length;
Object.setPrototypeOf(fn, { get length() { throw new Test262Error("read"); } });
assert.sameValue(AsyncContext.Snapshot.wrap(fn).length, 0);
