// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot
description: >
  The constructor's length is 0 and its name is "Snapshot"; both are configurable, and
  neither writable nor enumerable.
info: |
  AsyncContext.Snapshot ( )
  1. Without a NewTarget: throw a TypeError.
  2. Capture the agent's current mapping.
  3.-5. OrdinaryCreateFromConstructor with NewTarget; the slot is set; return the object.
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Snapshot, "length", { value: 0, writable: false, enumerable: false, configurable: true });
verifyProperty(AsyncContext.Snapshot, "name", { value: "Snapshot", writable: false, enumerable: false, configurable: true });
