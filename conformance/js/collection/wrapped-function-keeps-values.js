// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A wrapped function keeps the values of its mapping alive.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
flags: [async]
features: [AsyncContext, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const wrapped = (() => v.run({ kept: true }, () => AsyncContext.Snapshot.wrap(() => v.get())))();
  await undefined;
  $262.gc();
  await undefined;
  assert.sameValue(wrapped().kept, true);
});
