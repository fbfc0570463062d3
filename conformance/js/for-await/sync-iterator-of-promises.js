// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Over a sync iterator the wrapper awaits each value; next, the values' then and the body
  all run in the loop's mapping.
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
  const value = { then(ok) { seen.push("then " + v.get()); v.run("settle", () => ok("value")); } };
  const iterable = {
    [Symbol.iterator]() {
      let n = 0;
      return { next() { seen.push("next " + v.get()); return n++ ? { done: true } : { done: false, value }; } };
    },
  };
  await v.run("loop", async () => {
    for await (const x of iterable) seen.push(x + " " + v.get());
  });
  assert.compareArray(seen, ["next loop", "then loop", "value loop", "next loop"]);
});
