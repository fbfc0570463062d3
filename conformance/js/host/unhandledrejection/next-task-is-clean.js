// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-promise-rejection-tracker
description: >
  After a report the mapping it found is current again; a promise rejected outside any run
  is reported with nothing bound.
info: |
  A host that reports unhandled rejections later takes a snapshot at the call of the tracker,
  swaps it in before the notification and restores the previous mapping after it.
flags: [async]
not-under: [rejection-empty, events-registration]
features: [AsyncContext, host-unhandled-rejection]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const seen = {};
  await new Promise((done) => {
    const listener = (event) => {
      event.preventDefault();
      seen[event.reason] = v.get();
      if (!("out" in seen && "in" in seen)) return;
      removeEventListener("unhandledrejection", listener);
      done();
    };
    addEventListener("unhandledrejection", listener);
    v.run("in", () => { Promise.reject("in"); });
    Promise.reject("out");
  });
  assert.sameValue(seen.in, "in");
  assert.sameValue(seen.out, "d");
  assert.sameValue(v.get(), "d");
});
