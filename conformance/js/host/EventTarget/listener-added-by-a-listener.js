// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A listener that another one adds has the mapping that is current there: that of the other
  one's registration, or of a run inside it.
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
v.run("outer", () => target.addEventListener("x", () => {
  target.addEventListener("y", () => { seen.push(v.get()); });
  v.run("inner", () => target.addEventListener("y", () => { seen.push(v.get()); }));
}));
v.run("dispatch", () => {
  target.dispatchEvent(new Event("x"));
  target.dispatchEvent(new Event("y"));
});
assert.compareArray(seen, ["outer", "inner"]);
