// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Listeners of an AbortSignal run in the mapping in which they were added, and onabort in that
  in which its present value was set, wherever abort is called.
info: |
  The proposal's README: a function of the host that takes a callback captures the mapping of that
  call, as if the program had wrapped the callback, and calls it in that mapping.
only-under: [events-registration]
features: [AsyncContext, host-abort]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const controller = v.run("made", () => new AbortController());
const seen = [];
v.run("replaced", () => { controller.signal.onabort = () => { seen.push("replaced"); }; });
v.run("attribute", () => { controller.signal.onabort = () => { seen.push(v.get()); }; });
v.run("method", () => controller.signal.addEventListener("abort", () => { seen.push(v.get()); }));
v.run("abort", () => {
  controller.abort();
  assert.sameValue(v.get(), "abort");
});
assert.compareArray(seen, ["attribute", "method"]);
