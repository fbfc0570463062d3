// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-createbuiltinfunction
description: >
  The result is extensible and accepts own properties, also when fn is frozen; none of fn's
  other properties are copied.
info: |
  CreateBuiltinFunction
  8. The function is extensible.
features: [AsyncContext]
---*/

const fn = Object.freeze(Object.assign(() => {}, { extra: 1 }));
const wrapped = AsyncContext.Snapshot.wrap(fn);
assert.sameValue(Object.isExtensible(wrapped), true);
assert.sameValue("extra" in wrapped, false);
wrapped.own = 2;
assert.sameValue(wrapped.own, 2);
