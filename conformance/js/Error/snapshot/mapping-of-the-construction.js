// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The snapshot is that of the construction, not of the throw or of the place of the catch.
info: |
  Error ( message [ , options ] ), each NativeError, AggregateError, with change 148 of the proposal:
  after the message, the cause and the errors, take AsyncContextSnapshot, make a Snapshot object of
  it and define it as the property "snapshot", which is writable, configurable and not enumerable.
only-under: [error-snapshot]
features: [AsyncContext]
includes: [compareArray.js]
---*/

const makes = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => () => new type("m"));
makes.push(() => new AggregateError([], "m"));
const v = new AsyncContext.Variable();
for (const make of makes) {
  const error = v.run("made", make);
  let seen;
  v.run("catch", () => {
    try {
      v.run("throw", () => { throw error; });
    } catch (caught) {
      seen = [caught === error, caught.snapshot.run(() => v.get()), v.get()];
    }
  });
  assert.compareArray(seen, [true, "made", "catch"]);
}
