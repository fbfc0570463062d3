// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Each constructor of errors defines an own property with a new Snapshot object.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
includes: [propertyHelper.js]
---*/

const makes = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => () => new type("m"));
makes.push(() => new AggregateError([], "m"));
const found = new Set();
for (const make of makes) {
  const error = make();
  const { snapshot } = error;
  assert.sameValue(Object.getPrototypeOf(snapshot), AsyncContext.Snapshot.prototype);
  assert.sameValue(found.has(snapshot), false);
  found.add(snapshot);
  verifyProperty(error, "snapshot", { value: snapshot, writable: true, enumerable: false, configurable: true });
}
