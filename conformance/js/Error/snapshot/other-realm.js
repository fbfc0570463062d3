// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A constructor of another realm makes an object of that realm's Snapshot, with the mapping of the agent.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext, cross-realm]
---*/

const other = $262.createRealm().global;
const v = new AsyncContext.Variable();
const error = v.run("made", () => new other.TypeError("m"));
assert.sameValue(Object.getPrototypeOf(error.snapshot), other.AsyncContext.Snapshot.prototype);
assert.sameValue(error.snapshot.run(() => v.get()), "made");
