// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  fn gets exactly the arguments of the call, however many it declares.
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

const wrapped = AsyncContext.Snapshot.wrap(function (a) { return [].slice.call(arguments); });
assert.compareArray(wrapped(), []);
assert.compareArray(wrapped(undefined), [undefined]);
assert.compareArray(wrapped(1, 2, 3), [1, 2, 3]);
assert.compareArray(wrapped.apply(null, { length: 2, 0: "a" }), ["a", undefined]);
