// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  fn gets the this value with which the result is called, not one from the call to wrap.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
flags: [onlyStrict]
features: [AsyncContext]
---*/

const wrapped = AsyncContext.Snapshot.wrap.call("at wrap", function () { return this; });
const object = { wrapped };
assert.sameValue(wrapped(), undefined);
assert.sameValue(object.wrapped(), object);
for (const receiver of [null, 1, "s", false]) assert.sameValue(wrapped.call(receiver), receiver);
