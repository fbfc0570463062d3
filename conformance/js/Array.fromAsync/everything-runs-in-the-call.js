// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Array.fromAsync walks its input and calls its mapping function in the mapping of the call,
  also after its inner awaits.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, Array.fromAsync]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const iterable = {
    [Symbol.asyncIterator]() {
      let n = 0;
      return { next: async () => { seen.push("next " + v.get()); return { done: n++ === 2, value: n }; } };
    },
  };
  const result = await v.run("call", () => Array.fromAsync(iterable, async (x) => { seen.push("map " + v.get()); return x + v.get(); }));
  assert.compareArray(result, ["1call", "2call"]);
  assert.compareArray(seen, ["next call", "map call", "next call", "map call", "next call"]);
});
