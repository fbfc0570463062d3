// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-promise-rejection-tracker
description: >
  An async function that throws after an await is reported in its own mapping.
info: |
  A host that reports unhandled rejections later takes a snapshot at the call of the tracker,
  swaps it in before the notification and restores the previous mapping after it.
flags: [async]
not-under: [rejection-empty, events-registration]
features: [AsyncContext, host-unhandled-rejection]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = await new Promise((done) => {
    const listener = (event) => {
      event.preventDefault();
      removeEventListener("unhandledrejection", listener);
      done(v.get());
    };
    addEventListener("unhandledrejection", listener);
    let resolve;
    const gate = new Promise((r) => { resolve = r; });
    v.run("call", async () => { await gate; throw 1; });
    v.run("resolver", () => resolve());
  });
  assert.sameValue(seen, "call");
});
