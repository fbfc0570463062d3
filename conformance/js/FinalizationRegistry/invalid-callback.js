// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-finalization-registry-cleanup-callback
description: >
  A callback that cannot be called throws a TypeError before anything is captured, and the
  caller's mapping stays.
info: |
  FinalizationRegistry ( cleanupCallback )
  2. If the callback is not callable: throw a TypeError.
  8. The registry keeps the agent's current mapping.
features: [AsyncContext, FinalizationRegistry]
---*/

const v = new AsyncContext.Variable();
v.run("caller", () => {
  assert.throws(TypeError, () => new FinalizationRegistry({}));
  assert.sameValue(v.get(), "caller");
});
