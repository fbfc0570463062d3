// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable
description: >
  Without a new.target the constructor throws a TypeError before it reads its options, also
  as a method, by apply and with an instance as its receiver.
info: |
  AsyncContext.Variable ( options )
  1. NewTarget is undefined: throw a TypeError.
features: [AsyncContext]
---*/

let reads = 0;
const options = {
  get name() { reads++; },
  get defaultValue() { reads++; },
};
const instance = new AsyncContext.Variable();
const Variable = AsyncContext.Variable;
assert.throws(TypeError, () => Variable(options), "plain call");
assert.throws(TypeError, () => AsyncContext.Variable(options), "method call");
assert.throws(TypeError, () => Variable.apply(instance, [options]), "instance as receiver");
assert.sameValue(reads, 0, "the options stay untouched");
