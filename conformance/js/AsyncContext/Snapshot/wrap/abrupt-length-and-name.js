// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap throws an error from the function's own length, its descriptor or its name unchanged.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Proxy]
---*/

const error = {};
const thrower = () => { throw error; };
for (const fn of [
  Object.defineProperty(() => {}, "length", { get: thrower }),
  Object.defineProperty(() => {}, "name", { get: thrower }),
  new Proxy(() => {}, { getOwnPropertyDescriptor: thrower }),
]) {
  let thrown;
  try {
    AsyncContext.Snapshot.wrap(fn);
  } catch (e) {
    thrown = e;
  }
  assert.sameValue(thrown, error);
}
