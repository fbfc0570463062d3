// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-agents
description: >
  The mapping belongs to the agent, not to a realm; code evaluated in another realm sees
  what this one has bound.
info: |
  The agent has one current mapping, empty at first. Only the draft's swaps change it.
features: [AsyncContext, cross-realm]
---*/

const v = new AsyncContext.Variable();
const other = $262.createRealm();
other.global.v = v;
v.run("here", () => {
  assert.sameValue(other.evalScript("v.get()"), "here");
  assert.sameValue(other.evalScript("v.run('there', () => v.get())"), "there");
  assert.sameValue(v.get(), "here");
});
