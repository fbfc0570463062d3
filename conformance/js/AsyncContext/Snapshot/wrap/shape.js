// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap is a writable, configurable and not enumerable function called "wrap" of length 1
  that is not a constructor.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Reflect.construct]
includes: [isConstructor.js, propertyHelper.js]
---*/

const { wrap } = AsyncContext.Snapshot;
verifyProperty(AsyncContext.Snapshot, "wrap", { writable: true, enumerable: false, configurable: true }, { restore: true });
verifyProperty(wrap, "name", { value: "wrap", writable: false, enumerable: false, configurable: true });
verifyProperty(wrap, "length", { value: 1, writable: false, enumerable: false, configurable: true });
assert.sameValue(isConstructor(wrap), false);
