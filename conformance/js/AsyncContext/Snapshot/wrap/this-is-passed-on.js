// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  fn gets the this value the result is called with, not one from the time of wrap.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
flags: [onlyStrict]
features: [AsyncContext]
---*/

const wrapped = AsyncContext.Snapshot.wrap.call("at wrap", function () { return this; });
const object = { wrapped };
assert.sameValue(wrapped(), undefined);
assert.sameValue(object.wrapped(), object);
for (const receiver of [null, 1, "s", false]) assert.sameValue(wrapped.call(receiver), receiver);
