// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Leaving a for await loop early calls the iterator's return in the loop's mapping and
  continues in it.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const iterable = {
    [Symbol.asyncIterator]() {
      return {
        next: () => Promise.resolve({ done: false }),
        return() {
          seen.push("return " + v.get());
          return v.run("inner", () => Promise.resolve({}));
        },
      };
    },
  };
  await v.run("loop", async () => {
    for await (const x of iterable) break;
    seen.push("after " + v.get());
  });
  assert.compareArray(seen, ["return loop", "after loop"]);
});
