// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: Whether a function can be called with new. It is not called.
defines: [isConstructor]
features: [Reflect.construct]
---*/

function isConstructor(func) {
  if (typeof func !== "function") throw new Test262Error(`${assert.show(func)} is not a function`);
  try {
    // As the new.target of another constructor: it must be one itself.
    Reflect.construct(Object, [], func);
    return true;
  } catch {
    return false;
  }
}
