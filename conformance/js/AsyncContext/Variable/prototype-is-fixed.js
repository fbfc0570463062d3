// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype
description: >
  AsyncContext.Variable.prototype can be neither written, enumerated nor reconfigured.
info: |
  The property prototype of the constructor is neither writable, enumerable nor configurable.
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

verifyProperty(AsyncContext.Variable, "prototype", { writable: false, enumerable: false, configurable: false });
