// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The prefix goes before whatever name the function has, the brackets of a symbol and the
  word get among it.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Symbol]
---*/

const { wrap } = AsyncContext.Snapshot;
const object = { [Symbol("s")]() {}, get g() {} };
const [symbol] = Object.getOwnPropertySymbols(object);
assert.sameValue(wrap(object[symbol]).name, "wrapped [s]");
assert.sameValue(wrap(Object.getOwnPropertyDescriptor(object, "g").get).name, "wrapped get g");
assert.sameValue(wrap(function () {}).name, "wrapped ");
