// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap does not use its this value, so it works without its object and with any receiver.
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

const { wrap } = AsyncContext.Snapshot;
const trap = new Proxy(function () {}, { get() { throw new Test262Error("receiver was read"); }, construct() { throw new Test262Error("receiver was constructed"); } });
assert.sameValue(wrap(() => 1)(), 1);
for (const receiver of [null, 1, {}, trap]) {
  assert.sameValue(wrap.call(receiver, () => 2)(), 2);
}
