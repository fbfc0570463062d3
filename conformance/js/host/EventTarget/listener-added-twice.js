// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Adding a listener that is there already changes nothing, so it keeps the mapping in which it
  was added first; after its removal it gets the mapping in which it is added again.
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
const listener = () => { seen.push(v.get()); };
v.run("first", () => target.addEventListener("x", listener));
v.run("second", () => target.addEventListener("x", listener));
target.dispatchEvent(new Event("x"));
v.run("removed", () => target.removeEventListener("x", listener));
target.dispatchEvent(new Event("x"));
v.run("third", () => target.addEventListener("x", listener));
target.dispatchEvent(new Event("x"));
assert.compareArray(seen, ["first", "third"]);
