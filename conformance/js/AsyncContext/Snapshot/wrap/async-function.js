// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A wrapped async function keeps the captured mapping across its awaits; the awaiting caller
  keeps its own.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const wrapped = v.run("wrap", () => AsyncContext.Snapshot.wrap(async () => {
    const before = v.get();
    await undefined;
    return [before, v.get()];
  }));
  await v.run("caller", async () => {
    assert.compareArray(await wrapped(), ["wrap", "wrap"]);
    assert.sameValue(v.get(), "caller");
  });
});
