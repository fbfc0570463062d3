// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  forEach, reduce, some, every, find and toArray call back at once, in the mapping of their
  call, over a generator that keeps its own.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
features: [AsyncContext, iterator-helpers]
---*/

const v = new AsyncContext.Variable();
const make = () => v.run("made", () => (function* () { yield v.get(); yield v.get(); })());
const seen = [];
const push = (x) => { seen.push(x + " " + v.get()); };
v.run("call", () => {
  make().forEach(push);
  make().some(push);
  make().find(push);
  make().reduce((a, x) => push(x), 0);
  make().every((x) => { push(x); return true; });
});
assert.sameValue(seen.length, 10);
for (const x of seen) assert.sameValue(x, "made call");
