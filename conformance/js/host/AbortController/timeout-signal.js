// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The signal of AbortSignal.timeout stands for one task; its event runs in the mapping of
  the call that made it.
info: |
  AsyncContextSnapshot returns the agent's current mapping. What takes no snapshot and makes no
  swap runs in the mapping of its caller; what is scheduled takes one at the call.
flags: [async]
features: [AsyncContext, host-abort, host-timers]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const signal = v.run("timeout", () => AbortSignal.timeout(1));
  const seen = await v.run("register", () => new Promise((done) => { signal.addEventListener("abort", () => done(v.get())); }));
  assert.sameValue(seen, "timeout");
});
