// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  The constructor takes no parameter and does not read its arguments.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext, Proxy]
---*/

const trap = new Proxy({}, { get() { throw new Test262Error("read"); }, has() { throw new Test262Error("asked"); } });
assert(new AsyncContext.Snapshot(trap) instanceof AsyncContext.Snapshot);
