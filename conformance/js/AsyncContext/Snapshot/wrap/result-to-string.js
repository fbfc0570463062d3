// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-createbuiltinfunction
description: >
  The result is a built-in function, so toString gives the form of a native function, not
  fn's source text.
info: |
  Function.prototype.toString: a built-in function object gives a NativeFunction.
features: [AsyncContext]
includes: [nativeFunctionMatcher.js]
---*/

assertNativeFunction(AsyncContext.Snapshot.wrap(function () { return "source text"; }));
