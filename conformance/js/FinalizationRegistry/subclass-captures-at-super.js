// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-finalization-registry-cleanup-callback
description: >
  The registry's mapping is the one current when the FinalizationRegistry constructor runs,
  so that of the super call in a subclass.
info: |
  FinalizationRegistry ( cleanupCallback )
  2. If the callback is not callable: throw a TypeError.
  8. The registry keeps the agent's current mapping.
flags: [async, non-deterministic]
features: [AsyncContext, class, FinalizationRegistry, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let done;
  const cleaned = new Promise((r) => { done = r; });
  class R extends FinalizationRegistry {
    constructor(f) {
      v.run("super", () => super(f));
    }
  }
  const registry = v.run("new", () => new R(() => done(v.get())));
  (() => { registry.register({}); })();
  await undefined;
  $262.gc();
  assert.sameValue(await cleaned, "super");
});
