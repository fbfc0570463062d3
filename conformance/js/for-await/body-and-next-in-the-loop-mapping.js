// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  In a for await loop the iterator's next and the body run in the mapping of the loop,
  however the promises are settled.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, async-iteration, promise-with-resolvers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  let n = 0;
  const iterable = {
    [Symbol.asyncIterator]() {
      return {
        next() {
          seen.push("next " + v.get());
          const { promise, resolve } = Promise.withResolvers();
          v.run("settle", () => resolve({ done: n++ === 2, value: n }));
          return promise;
        },
      };
    },
  };
  await v.run("loop", async () => {
    for await (const x of iterable) seen.push("body " + v.get());
  });
  assert.compareArray(seen, ["next loop", "body loop", "next loop", "body loop", "next loop"]);
});
