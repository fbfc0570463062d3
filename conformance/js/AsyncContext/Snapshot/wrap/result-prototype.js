// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The result inherits from %Function.prototype%, not from fn's prototype.
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

const fn = Object.setPrototypeOf(() => {}, { odd: true });
assert.sameValue(Object.getPrototypeOf(AsyncContext.Snapshot.wrap(fn)), Function.prototype);
const generator = AsyncContext.Snapshot.wrap(function* () {});
assert.sameValue(Object.getPrototypeOf(generator), Function.prototype);
