// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Listeners of an event dispatched inside a run of a listener see that run; the outer
  dispatch continues in its own mapping.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
not-under: [events-registration]
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
