// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  A return that still waits when the body ends is served from the generator's closure; its
  value's then is read in the generator's mapping.
info: |
  AsyncGeneratorResume reads a slot of the generator that no step of the draft sets. This file relies
    on the reading that the slot holds the mapping captured in AsyncGeneratorStart.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve, seen = "unset";
  const gate = new Promise((r) => { resolve = r; });
  const g = v.run("made", () => (async function* () { await gate; })());
  const first = v.run("first", () => g.next());
  const second = v.run("second", () => g.return({ get then() { seen = v.get(); } }));
  v.run("resolver", () => resolve());
  await first;
  await second;
  assert.sameValue(seen, "made");
});
