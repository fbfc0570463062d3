// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-agents
description: >
  A script evaluated in the middle of other code changes no mapping; it sees the one that is
  current, and so does an indirect eval.
info: |
  The agent has one current mapping, empty at first. Only the draft's swaps change it.
features: [AsyncContext]
---*/

const v = globalThis.v = new AsyncContext.Variable();
v.run("caller", () => {
  assert.sameValue($262.evalScript("v.get()"), "caller");
  assert.sameValue((0, eval)("v.get()"), "caller");
  assert.sameValue(new Function("return v.get();")(), "caller");
});
delete globalThis.v;
