// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The constructors have the properties and the relations that ECMA-262 gives them.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
---*/

for (const type of [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError]) {
  assert.sameValue(Object.getPrototypeOf(type), Error);
  assert.sameValue(type.prototype.constructor, type);
  assert.sameValue(Object.getPrototypeOf(type.prototype), Error.prototype);
  assert.sameValue(type.length, type === AggregateError ? 2 : 1);
  assert.sameValue(globalThis[type.name], type);
}
assert.sameValue(Error.prototype.constructor, Error);
assert.sameValue(Error.length, 1);
assert.sameValue(Error.name, "Error");
let thrown;
try { null.x; } catch (error) { thrown = error; }
assert.sameValue(thrown.constructor, TypeError);
assert.sameValue(thrown instanceof TypeError && thrown instanceof Error, true);
