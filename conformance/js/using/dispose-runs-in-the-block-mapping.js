// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  using captures nothing; dispose is called at the end of the block, in the mapping current
  there.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
features: [AsyncContext, explicit-resource-management]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const resource = v.run("made", () => ({ [Symbol.dispose]() { seen.push(v.get()); } }));
v.run("block", () => {
  using r = resource;
});
assert.compareArray(seen, ["block"]);
