// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap is a writable, hidden and configurable function called "wrap" of length 1 that is no
  constructor.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Reflect.construct]
includes: [isConstructor.js, propertyHelper.js]
---*/

const { wrap } = AsyncContext.Snapshot;
verifyProperty(AsyncContext.Snapshot, "wrap", { writable: true, enumerable: false, configurable: true }, { restore: true });
verifyProperty(wrap, "name", { value: "wrap", writable: false, enumerable: false, configurable: true });
verifyProperty(wrap, "length", { value: 1, writable: false, enumerable: false, configurable: true });
assert.sameValue(isConstructor(wrap), false);
