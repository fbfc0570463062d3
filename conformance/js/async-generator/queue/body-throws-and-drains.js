// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  A body that throws rejects the current request and settles the queued ones; handlers run
  in their own mappings, and the mapping of the body is not current afterwards.
info: |
  AsyncGeneratorStart
  4. The agent's current mapping is captured when the generator is created.
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
