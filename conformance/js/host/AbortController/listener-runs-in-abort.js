// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  abort dispatches synchronously, so its listeners and onabort run in the mapping of the
  call to abort.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
not-under: [events-registration]
features: [AsyncContext, host-abort]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const controller = v.run("made", () => new AbortController());
const seen = [];
v.run("register", () => {
  controller.signal.onabort = () => { seen.push(v.get()); };
  controller.signal.addEventListener("abort", () => { seen.push(v.get()); });
});
v.run("abort", () => controller.abort());
assert.compareArray(seen, ["abort", "abort"]);
