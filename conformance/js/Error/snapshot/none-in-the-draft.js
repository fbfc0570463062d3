// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The constructors of errors define no property for the context.
info: |
  The draft has no steps for errors. AsyncContextSnapshot is an operation without effect on the
  objects of a program.
not-under: [error-snapshot]
features: [AsyncContext]
---*/

for (const make of [() => new Error("m"), () => new TypeError("m"), () => new AggregateError([], "m")]) {
  const error = new AsyncContext.Variable().run("made", make);
  assert.sameValue("snapshot" in error, false);
}
