// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  An AggregateError has the snapshot of its own construction, and each of its errors keeps its own.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
flags: [async]
only-under: [error-snapshot]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const failing = (name) => v.run(name, async () => { await 0; throw new Error(name); });
  const error = new AggregateError((await Promise.allSettled([failing("a"), failing("b")])).map(({ reason }) => reason));
  assert.compareArray(error.errors.map((one) => one.snapshot.run(() => v.get())), ["a", "b"]);
  const made = v.run("c", () => new AggregateError(error.errors));
  assert.compareArray([made, ...made.errors].map((one) => one.snapshot.run(() => v.get())), ["c", "a", "b"]);
});
