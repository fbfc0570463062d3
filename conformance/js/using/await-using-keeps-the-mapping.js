// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  await using disposes in the function's mapping and the code after the block continues in
  it.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, explicit-resource-management, promise-with-resolvers]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = [];
  const make = (name) => ({
    [Symbol.asyncDispose]() {
      seen.push(name + " " + v.get());
      const { promise, resolve } = Promise.withResolvers();
      v.run("settle", () => resolve());
      return promise;
    },
  });
  await v.run("call", async () => {
    {
      await using a = make("a");
      await using b = make("b");
    }
    seen.push("after " + v.get());
  });
  assert.compareArray(seen, ["b call", "a call", "after call"]);
});
