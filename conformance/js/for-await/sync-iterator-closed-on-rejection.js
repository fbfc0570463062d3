// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  When a value of a sync iterator rejects, the catch around the loop runs in the loop's
  mapping.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let seen = "unset";
  const bad = v.run("rejected", () => Promise.reject(1));
  await v.run("loop", async () => {
    try {
      for await (const x of [bad]);
    } catch (e) {
      seen = v.get();
    }
  });
  assert.sameValue(seen, "loop");
});
