// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-cleanup-finalization-registry
description: >
  A cleanup callback runs in the mapping current when its registry was created, not in that
  of register, of the collection or of the callback's creation.
info: |
  FinalizationRegistry: step 8 keeps the current mapping in the registry.
  Cleanup job: step 1 enters it, step 4 restores the previous one.
flags: [async, non-deterministic]
features: [AsyncContext, FinalizationRegistry, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let done;
  const cleaned = new Promise((r) => { done = r; });
  const callback = v.run("callback", () => () => done(v.get()));
  const registry = v.run("made", () => new FinalizationRegistry(callback));
  v.run("register", () => { (() => { registry.register({}); })(); });
  await undefined;
  v.run("collect", () => $262.gc());
  assert.sameValue(await cleaned, "made");
});
