// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-agents
description: >
  A ShadowRealm belongs to the same agent; a function called back across its boundary runs
  in the mapping of the call.
info: |
  The agent has one current mapping, empty at first. Only the draft's swaps change it.
features: [AsyncContext, ShadowRealm]
---*/

const v = new AsyncContext.Variable();
const call = new ShadowRealm().evaluate("(callback) => callback()");
assert.sameValue(v.run("here", () => call(() => v.get())), "here");
assert.sameValue(call(() => v.get()), undefined);
