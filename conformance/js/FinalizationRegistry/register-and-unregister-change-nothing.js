// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-finalization-registry-cleanup-callback
description: >
  Creating a registry, registering and unregistering do not change the caller's mapping and
  call nothing.
info: |
  FinalizationRegistry ( cleanupCallback )
  2. If the callback is not callable: throw a TypeError.
  8. The registry keeps the agent's current mapping.
features: [AsyncContext, FinalizationRegistry]
---*/

const v = new AsyncContext.Variable();
let called = false;
v.run("caller", () => {
  const token = {};
  const registry = new FinalizationRegistry(() => { called = true; });
  registry.register(token, 1, token);
  assert.sameValue(v.get(), "caller");
  registry.unregister(token);
  assert.sameValue(v.get(), "caller");
});
assert.sameValue(called, false);
