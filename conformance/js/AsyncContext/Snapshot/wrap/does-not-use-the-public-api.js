// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  wrap captures by an internal operation; replacing AsyncContext.Snapshot and its
  prototype's run changes nothing.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext]
---*/

const { Snapshot } = AsyncContext;
const { wrap } = Snapshot;
const { run } = Snapshot.prototype;
const v = new AsyncContext.Variable();
const fail = function () { throw new Test262Error("public method was used"); };
let wrapped;
AsyncContext.Snapshot = fail;
Snapshot.prototype.run = fail;
try {
  wrapped = v.run("x", () => wrap(() => v.get()));
  assert.sameValue(wrapped(), "x");
} finally {
  AsyncContext.Snapshot = Snapshot;
  Snapshot.prototype.run = run;
}
