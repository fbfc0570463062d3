// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorresume
description: >
  A request the body makes of itself waits and is served in the generator's mapping, though
  it is made inside a run.
info: |
  AsyncGeneratorResume
  6. The generator's mapping is swapped in.
  11. The caller's is swapped back when control returns.
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
