// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-cleanup-finalization-registry
description: >
  Every callback of a registry runs in the registry's mapping, with its held value, also
  after a callback that binds a variable.
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
  const v = new AsyncContext.Variable();
  const seen = [];
  let done;
  const cleaned = new Promise((r) => { done = r; });
  const registry = v.run("made", () => new FinalizationRegistry((held) => {
    seen.push(held + " " + v.get());
    v.run("inner", () => {});
    if (seen.length === 3) done();
  }));
  (() => { for (let i = 0; i < 3; i++) v.run("register", () => registry.register({}, i)); })();
  await undefined;
  $262.gc();
  await cleaned;
  assert.compareArray(seen.sort(), ["0 made", "1 made", "2 made"]);
});
