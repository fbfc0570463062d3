// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A constructor of errors that is called as a function stores the snapshot of that call.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
for (const type of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
  const error = v.run("call", () => type("m"));
  assert.sameValue(error instanceof type, true);
  assert.sameValue(error.snapshot.run(() => v.get()), "call");
}
const error = v.run("call", () => AggregateError([]));
assert.sameValue(error.snapshot.run(() => v.get()), "call");
