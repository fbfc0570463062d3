// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  An invalid receiver gives a rejected promise and does not change the caller's mapping.
info: |
  AsyncGeneratorResume
  6. The generator's mapping is swapped in.
  11. The caller's mapping is restored when control returns.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const { next } = Object.getPrototypeOf(async function* () {}).prototype;
  await v.run("caller", async () => {
    const promise = next.call({});
    assert.sameValue(v.get(), "caller");
    await assert.throwsAsync(TypeError, () => promise);
  });
});
