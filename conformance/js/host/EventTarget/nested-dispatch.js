// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A listener that dispatches inside a run of its own passes that run on, and the outer
  dispatch goes on in its own mapping.
info: |
  AsyncContextSnapshot returns the agent's current mapping. What takes no snapshot and makes no
  swap runs in the mapping of its caller; what is scheduled takes one at the call.
features: [AsyncContext, host-events]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const target = new EventTarget();
const seen = [];
target.addEventListener("outer", () => { v.run("inner", () => target.dispatchEvent(new Event("inner"))); });
target.addEventListener("inner", () => { seen.push(v.get()); });
target.addEventListener("outer", () => { seen.push(v.get()); });
v.run("dispatch", () => target.dispatchEvent(new Event("outer")));
assert.compareArray(seen, ["inner", "dispatch"]);
