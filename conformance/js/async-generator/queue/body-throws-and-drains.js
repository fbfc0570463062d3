// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  A body that throws rejects the request at hand and ends those that wait; handlers run in
  their own mappings and the throw leaves no mapping behind.
info: |
  AsyncGeneratorStart
  4. The agent's current mapping is taken when the generator is made.
  5.c. The body is evaluated with that mapping swapped in.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const g = v.run("made", () => (async function* () { await undefined; throw v.get(); })());
  const first = v.run("a", () => g.next().catch((e) => [e, v.get()].join()));
  const second = v.run("b", () => g.next().then((r) => [r.done, v.get()].join()));
  assert.compareArray(await Promise.all([first, second]), ["made,a", "true,b"]);
  assert.sameValue(v.get(), "d");
});
