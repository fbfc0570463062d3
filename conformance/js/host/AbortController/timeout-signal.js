// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The event of the signal made by AbortSignal.timeout is dispatched in the mapping of the
  call to timeout.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
not-under: [events-registration]
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
  assert.sameValue(seen, "timeout");
});
