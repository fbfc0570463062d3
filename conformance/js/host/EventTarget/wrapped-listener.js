// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A wrapped listener runs in its captured mapping, in whatever mapping the event is
  dispatched, with the target as its this value.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, host-events]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const target = new EventTarget();
let seen;
target.addEventListener("x", v.run("wrap", () => AsyncContext.Snapshot.wrap(function (event) { seen = [this === target, event.type, v.get()]; })));
v.run("dispatch", () => target.dispatchEvent(new Event("x")));
assert.compareArray(seen, [true, "x", "wrap"]);
