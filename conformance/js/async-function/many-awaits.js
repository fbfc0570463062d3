// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Any number of awaits in a row keeps the mapping, in loops and in expressions.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const seen = await v.run("call", async () => {
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await i) + v.get() + (await v.get()));
    return seen;
  });
  assert.compareArray(seen, ["0callcall", "1callcall", "2callcall"]);
});
