// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A wrapped function may call itself inside another run; each call is in the captured
  mapping and each return in its caller's.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const wrapped = v.run("wrap", () => AsyncContext.Snapshot.wrap((n) => {
  seen.push(v.get());
  if (n > 0) {
    v.run(n, () => {
      wrapped(n - 1);
      seen.push(v.get());
    });
  }
}));
wrapped(2);
assert.compareArray(seen, ["wrap", "wrap", "wrap", 1, 2]);
