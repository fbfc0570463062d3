// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The object is made of the intrinsic Snapshot, whatever the program has put in its place.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
---*/

const { Snapshot } = AsyncContext;
const v = new AsyncContext.Variable();
AsyncContext.Snapshot = class { constructor() { throw new Error("not this one"); } };
const error = v.run("made", () => new Error("m"));
AsyncContext.Snapshot = Snapshot;
assert.sameValue(Object.getPrototypeOf(error.snapshot), Snapshot.prototype);
assert.sameValue(error.snapshot.run(() => v.get()), "made");
