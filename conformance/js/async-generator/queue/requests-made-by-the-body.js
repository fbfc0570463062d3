// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  A request that the body makes of its own generator is queued and served in the generator's
  mapping, although it is made inside a run.
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
  let g, inner;
  async function* f() {
    inner = v.run("inner", () => g.next());
    yield v.get();
    yield v.get();
  }
  g = v.run("made", () => f());
  assert.sameValue((await v.run("caller", () => g.next())).value, "made");
  assert.sameValue((await inner).value, "made");
});
