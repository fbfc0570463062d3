// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A synchronous event changes nothing; listeners run in the mapping of dispatchEvent, not in
  that of their registration.
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
v.run("register", () => {
  target.addEventListener("x", () => { seen.push(v.get()); });
  target.addEventListener("x", { handleEvent() { seen.push(v.get()); } });
  target.addEventListener("x", () => { seen.push(v.get()); }, { once: true });
});
v.run("dispatch", () => {
  target.dispatchEvent(new Event("x"));
  assert.sameValue(v.get(), "dispatch");
});
target.dispatchEvent(new Event("x"));
assert.compareArray(seen, ["dispatch", "dispatch", "dispatch", undefined, undefined]);
