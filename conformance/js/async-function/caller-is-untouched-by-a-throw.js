// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextswap
description: >
  An async function that throws, before or after its first await, does not change its
  caller's mapping.
info: |
  AsyncContextSwap sets the agent's mapping as a whole and returns the previous one; every swap has a
  counterpart that restores that one.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const early = async () => v.run("inner", () => { throw 1; });
  const late = async () => { await undefined; v.run("inner", () => { throw 1; }); };
  await v.run("caller", async () => {
    for (const f of [early, late]) {
      const promise = f();
      assert.sameValue(v.get(), "caller");
      await promise.catch(() => {});
      assert.sameValue(v.get(), "caller");
    }
  });
});
