// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-the-asynccontext-snapshot-constructor
description: >
  The Snapshot constructor's [[Prototype]] is %Function.prototype%.
info: |
  The constructor has a [[Prototype]] slot whose value is %Function.prototype%.
features: [AsyncContext]
---*/

assert.sameValue(Object.getPrototypeOf(AsyncContext.Snapshot), Function.prototype);
