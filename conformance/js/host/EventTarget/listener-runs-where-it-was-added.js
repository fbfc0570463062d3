// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A listener runs in the mapping of its call to addEventListener, in whatever mapping the event
  is dispatched, and the dispatching code continues in its own.
info: |
  The proposal's README: a function of the host that takes a callback captures the mapping of that
  call, as if the program had wrapped the callback, and calls it in that mapping.
only-under: [events-registration]
features: [AsyncContext, host-events]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const target = new EventTarget();
const seen = [];
v.run("one", () => {
  target.addEventListener("x", () => { seen.push(v.get()); });
  target.addEventListener("x", { handleEvent() { seen.push(v.get()); } });
});
v.run("two", () => {
  target.addEventListener("x", () => { seen.push(v.get()); }, { once: true });
});
target.addEventListener("x", function (event) { seen.push([this === target, event.type, v.get()].join()); });
v.run("dispatch", () => {
  target.dispatchEvent(new Event("x"));
  assert.sameValue(v.get(), "dispatch");
});
target.dispatchEvent(new Event("x"));
assert.compareArray(seen, ["one", "one", "two", "true,x,", "one", "one", "true,x,"]);
