// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  An error from the function's own length, its descriptor or its name is thrown by wrap as
  it is.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
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
