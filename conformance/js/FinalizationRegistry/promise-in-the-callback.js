// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-cleanup-finalization-registry
description: >
  What a cleanup callback starts continues in the registry's mapping.
info: |
  The cleanup job
  1. Swap the registry's mapping in.
  2., 3. Clean up; report an error.
  4. Restore the previous mapping.
flags: [async, non-deterministic]
features: [AsyncContext, FinalizationRegistry, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let done;
  const cleaned = new Promise((r) => { done = r; });
  const registry = v.run("made", () => new FinalizationRegistry(async () => { await undefined; done(v.get()); }));
  (() => { registry.register({}); })();
  await undefined;
  $262.gc();
  assert.sameValue(await cleaned, "made");
});
