// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  Requests that wait while the body runs are served in the generator's mapping, and each
  promise's handlers run in their own.
info: |
  AsyncGeneratorResume
  6. The generator's mapping is swapped in.
  11. The caller's mapping is restored when control returns.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const g = v.run("made", () => (async function* () { yield v.get(); yield v.get(); yield v.get(); })());
  const requests = ["a", "b", "c"].map((x) => v.run(x, () => g.next().then((r) => [r.value, v.get()].join())));
  assert.compareArray(await Promise.all(requests), ["made,a", "made,b", "made,c"]);
});
