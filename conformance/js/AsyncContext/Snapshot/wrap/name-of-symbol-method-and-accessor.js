// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The prefix precedes every name that the function may have, including the brackets of a
  symbol and the word get.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Symbol]
---*/

const { wrap } = AsyncContext.Snapshot;
const object = { [Symbol("s")]() {}, get g() {} };
const [symbol] = Object.getOwnPropertySymbols(object);
assert.sameValue(wrap(object[symbol]).name, "wrapped [s]");
assert.sameValue(wrap(Object.getOwnPropertyDescriptor(object, "g").get).name, "wrapped get g");
assert.sameValue(wrap(function () {}).name, "wrapped ");
