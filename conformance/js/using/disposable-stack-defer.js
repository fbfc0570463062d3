// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A callback given to a DisposableStack runs in the mapping of dispose, not in that of
  defer.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
features: [AsyncContext, explicit-resource-management]
---*/

const v = new AsyncContext.Variable();
const stack = new DisposableStack();
let seen;
v.run("defer", () => stack.defer(() => { seen = v.get(); }));
v.run("dispose", () => stack.dispose());
assert.sameValue(seen, "dispose");
