// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-promise-rejection-tracker
description: >
  Under the plan for the web, a host reports an unhandled rejection in the empty mapping,
  wherever the promise was created or rejected and the listener registered.
info: |
  The plan for the web treats the report as an event that no call has started, so it is dispatched
    in the empty mapping.
flags: [async]
only-under: [rejection-empty]
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
  assert.compareArray(seen, ["reason", undefined]);
});
