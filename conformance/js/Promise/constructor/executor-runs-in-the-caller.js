// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  An executor is called at once, in the mapping of the construction.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let seen;
v.run("new", () => new Promise(() => { seen = v.get(); }));
assert.sameValue(seen, "new");
