// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  An argument that cannot be called throws a TypeError at once; its name and length are not
  read.
info: |
  1. IsCallable(fn) is false: throw a TypeError.
features: [AsyncContext, Symbol, Proxy]
---*/

const { wrap } = AsyncContext.Snapshot;
const object = new Proxy({}, { get() { throw new Test262Error("read"); }, getOwnPropertyDescriptor() { throw new Test262Error("asked"); } });
for (const fn of [undefined, null, true, 1, "f", Symbol(), {}, /x/, object]) {
  assert.throws(TypeError, () => wrap(fn));
}
assert.throws(TypeError, () => wrap());
