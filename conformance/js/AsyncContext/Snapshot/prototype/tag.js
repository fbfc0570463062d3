// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype-@@tostringtag
description: >
  The prototype's Symbol.toStringTag is "AsyncContext.Snapshot", configurable, and neither
  writable nor enumerable.
info: |
  The property's value is "AsyncContext.Snapshot"; it is not writable, not enumerable and
  configurable.
features: [AsyncContext, Symbol.toStringTag]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Snapshot.prototype, Symbol.toStringTag, {
  value: "AsyncContext.Snapshot",
  writable: false,
  enumerable: false,
  configurable: true,
}, { restore: true });
