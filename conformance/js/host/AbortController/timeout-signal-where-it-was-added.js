// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A listener of the signal that AbortSignal.timeout makes runs in the mapping in which it was
  added, not in that of the call to timeout.
info: |
  The proposal's README: a function of the host that takes a callback captures the mapping of that
  call, as if the program had wrapped the callback, and calls it in that mapping.
flags: [async]
only-under: [events-registration]
features: [AsyncContext, host-abort, host-timers]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  // A host may end when only the signal is left.
  const waiting = setInterval(() => {}, 1);
  const signal = v.run("timeout", () => AbortSignal.timeout(1));
  const seen = await v.run("register", () => new Promise((done) => { signal.addEventListener("abort", () => done(v.get())); }));
  clearInterval(waiting);
  assert.sameValue(seen, "register");
});
