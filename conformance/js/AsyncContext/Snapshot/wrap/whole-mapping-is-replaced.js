// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The captured mapping replaces the caller's as a whole; variables unbound at wrap give
  their defaults.
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

const a = new AsyncContext.Variable({ defaultValue: "a0" });
const b = new AsyncContext.Variable({ defaultValue: "b0" });
const wrapped = a.run("a1", () => AsyncContext.Snapshot.wrap(() => [a.get(), b.get()]));
a.run("a2", () => b.run("b2", () => assert.compareArray(wrapped(), ["a1", "b0"])));
