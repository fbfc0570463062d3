// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The property is the last one, and the snapshot is taken after the conversion of the message and the getter of the cause.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const order = [];
const message = { toString() { order.push("message " + v.get()); return "m"; } };
const options = { get cause() { order.push("cause " + v.get()); return "c"; } };
const errors = { *[Symbol.iterator]() { order.push("errors " + v.get()); } };
for (const make of [() => new Error(message, options), () => new TypeError(message, options), () => new AggregateError(errors, message, options)]) {
  const error = v.run("made", make);
  const names = Object.getOwnPropertyNames(error).filter((name) => ["message", "cause", "errors", "snapshot"].includes(name));
  assert.sameValue(names[0], "message");
  assert.sameValue(names.at(-1), "snapshot");
  assert.sameValue(error.snapshot.run(() => v.get()), "made");
}
assert.compareArray(order, ["message made", "cause made", "message made", "cause made", "message made", "cause made", "errors made"]);
