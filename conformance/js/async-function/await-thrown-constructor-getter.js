// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  When the constructor getter of an awaited promise throws, the catch block runs at once, in
  the mapping of the function.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const promise = v.run("made", () => Promise.resolve());
  Object.defineProperty(promise, "constructor", { get() { return v.run("getter", () => { throw 1; }); } });
  let seen = "unset";
  const result = v.run("call", async () => {
    try {
      await promise;
    } catch (e) {
      seen = v.get();
    }
  });
  assert.sameValue(seen, "call");
  await result;
});
