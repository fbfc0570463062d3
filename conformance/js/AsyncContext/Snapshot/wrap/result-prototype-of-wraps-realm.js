// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The result belongs to the realm of the wrap function that made it, whatever realm fn is
  of.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
assert.sameValue(Object.getPrototypeOf(other.AsyncContext.Snapshot.wrap(() => {})), other.Function.prototype);
assert.sameValue(Object.getPrototypeOf(AsyncContext.Snapshot.wrap(new other.Function())), Function.prototype);
