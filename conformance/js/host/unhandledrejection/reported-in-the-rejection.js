// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-promise-rejection-tracker
description: >
  A host that reports unhandled rejections later reports them in the mapping of the
  rejection, not in that of the promise's creation or of the listener's registration.
info: |
  A delayed report takes a snapshot at the call of HostPromiseRejectionTracker, enters it before
    the notification and restores the previous mapping after it.
flags: [async]
not-under: [rejection-empty, events-registration]
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
  assert.compareArray(seen, ["reason", "rejected"]);
});
