// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  Every construction gives a new object, also when the mapping is the same.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext]
---*/

assert.notSameValue(new AsyncContext.Snapshot(), new AsyncContext.Snapshot());
