// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-cleanup-finalization-registry
description: >
  After a cleanup job the previous mapping is current again, so later code has no binding of
  the registry.
info: |
  The cleanup job
  1. Swap the registry's mapping in.
  2., 3. Clean up; report an error.
  4. Restore the previous mapping.
flags: [async, non-deterministic]
features: [AsyncContext, FinalizationRegistry, host-gc-required]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  let done;
  const cleaned = new Promise((r) => { done = r; });
  const registry = v.run("made", () => new FinalizationRegistry(() => done()));
  (() => { registry.register({}); })();
  await undefined;
  const after = [];
  const waiting = cleaned.then(() => { after.push(v.get()); });
  $262.gc();
  await waiting;
  after.push(v.get());
  assert.compareArray(after, ["d", "d"]);
});
