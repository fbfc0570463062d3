// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-host-cleanup-finalization-registry
description: >
  Each of several registries runs its callbacks in the mapping of its creation; a registry
  created outside any run has nothing bound.
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
  const seen = {};
  const cleaned = ["a", "b", "none"].map((name) => new Promise((done) => {
    const make = () => new FinalizationRegistry(() => { seen[name] = v.get(); done(); });
    const registry = name === "none" ? make() : v.run(name, make);
    seen[name] = registry;
    (() => { registry.register({}); })();
  }));
  await undefined;
  v.run("collect", () => $262.gc());
  await Promise.all(cleaned);
  assert.compareArray([seen.a, seen.b, seen.none], ["a", "b", "d"]);
});
