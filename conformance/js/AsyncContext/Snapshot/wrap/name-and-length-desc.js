// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The result's own name and length are configurable, and neither writable nor enumerable,
  and there is no own prototype.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

const wrapped = AsyncContext.Snapshot.wrap(function f(a, b, c) {});
verifyProperty(wrapped, "name", { value: "wrapped f", writable: false, enumerable: false, configurable: true });
verifyProperty(wrapped, "length", { value: 3, writable: false, enumerable: false, configurable: true });
assert.sameValue(Object.prototype.hasOwnProperty.call(wrapped, "prototype"), false);
