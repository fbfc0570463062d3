// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.constructor
description: >
  The prototype's constructor property is AsyncContext.Snapshot, writable, configurable and
  not enumerable.
info: |
  The initial value of the prototype's constructor property is %AsyncContext.Snapshot%.
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Snapshot.prototype, "constructor", {
  value: AsyncContext.Snapshot,
  writable: true,
  enumerable: false,
  configurable: true,
}, { restore: true });
