// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-promise-rejection-tracker
description: >
  The host enters the mapping of the rejection for its notification, and dispatches an event
  there; the listener then runs in the mapping in which it was added.
info: |
  A delayed report takes a snapshot at the call of HostPromiseRejectionTracker, enters it before
    the notification and restores the previous mapping after it.
  The proposal's README: a function of the host that takes a callback captures the mapping of that
    call, and calls it in that mapping.
flags: [async]
only-under: [events-registration]
features: [AsyncContext, host-unhandled-rejection]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = await new Promise((done) => {
    const listener = (event) => {
      event.preventDefault();
      removeEventListener("unhandledrejection", listener);
      done([event.reason, v.get()]);
    };
    v.run("register", () => addEventListener("unhandledrejection", listener));
    let reject;
    v.run("made", () => new Promise((_, r) => { reject = r; }));
    v.run("rejected", () => reject("reason"));
  });
  assert.compareArray(seen, ["reason", "register"]);
});
