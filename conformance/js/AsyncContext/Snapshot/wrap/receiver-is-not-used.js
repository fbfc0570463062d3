// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap doesn't look at its this value, so it works taken off its object and with any
  receiver.
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

const { wrap } = AsyncContext.Snapshot;
const trap = new Proxy(function () {}, { get() { throw new Test262Error("receiver was read"); }, construct() { throw new Test262Error("receiver was constructed"); } });
assert.sameValue(wrap(() => 1)(), 1);
for (const receiver of [null, 1, {}, trap]) {
  assert.sameValue(wrap.call(receiver, () => 2)(), 2);
}
