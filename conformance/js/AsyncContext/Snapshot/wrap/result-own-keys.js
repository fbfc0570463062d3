// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-createbuiltinfunction
description: >
  The result has the own properties length and name, in this order and no others; its
  creation sets neither before CopyNameAndLength does.
info: |
  CreateBuiltinFunction
  11., 12. length and name are set only if they are given.
features: [AsyncContext]
includes: [compareArray.js]
---*/

assert.compareArray(Reflect.ownKeys(AsyncContext.Snapshot.wrap(function f(a) {})), ["length", "name"]);
