// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  In a subclass, the constructor of the base class takes the snapshot, at the call of super.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
class Failure extends RangeError {
  seen = v.get();
  constructor() {
    v.run("super", () => super("m"));
    this.later = v.get();
  }
}
const error = v.run("new", () => new Failure());
assert.sameValue(error instanceof Failure && error instanceof RangeError && error instanceof Error, true);
assert.compareArray([error.snapshot.run(() => v.get()), error.seen, error.later], ["super", "super", "new"]);
