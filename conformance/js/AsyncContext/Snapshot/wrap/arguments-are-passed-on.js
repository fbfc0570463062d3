// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  fn gets exactly the arguments of the call, however many it declares.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
includes: [compareArray.js]
---*/

const wrapped = AsyncContext.Snapshot.wrap(function (a) { return [].slice.call(arguments); });
assert.compareArray(wrapped(), []);
assert.compareArray(wrapped(undefined), [undefined]);
assert.compareArray(wrapped(1, 2, 3), [1, 2, 3]);
assert.compareArray(wrapped.apply(null, { length: 2, 0: "a" }), ["a", undefined]);
