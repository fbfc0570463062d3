// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  The caller's mapping is current after the call, with every entry, also when fn throws.
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
const w = new AsyncContext.Variable();
const ok = AsyncContext.Snapshot.wrap(() => {});
const bad = AsyncContext.Snapshot.wrap(() => { throw new Test262Error(); });
v.run("v", () => w.run("w", () => {
  ok();
  assert.compareArray([v.get(), w.get()], ["v", "w"], "after a return");
  assert.throws(Test262Error, bad);
  assert.compareArray([v.get(), w.get()], ["v", "w"], "after a throw");
}));
