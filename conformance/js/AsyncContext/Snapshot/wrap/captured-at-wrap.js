// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  At every call fn runs in the mapping current at wrap, not in that of the first call or of
  the current call.
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
const wrapped = v.run("wrap", () => AsyncContext.Snapshot.wrap(() => v.get()));
const seen = [v.run("first", wrapped), v.run("second", wrapped), wrapped()];
assert.compareArray(seen, ["wrap", "wrap", "wrap"]);
