// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  An error that an operation of the language throws was made by no call of a constructor, so it has no snapshot.
info: |
  Change 148 of the proposal adds the step to the constructors only. An operation that throws an
  exception makes a new object; ECMA-262 does not say that it calls the constructor.
only-under: [error-snapshot]
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
for (const fail of [() => null.x, () => undeclared, () => new Array(-1), () => decodeURI("%"), () => eval("{")]) {
  let thrown;
  v.run("throw", () => {
    try { fail(); } catch (error) { thrown = error; }
  });
  assert.sameValue(thrown instanceof Error, true);
  assert.sameValue(Object.hasOwn(thrown, "snapshot"), false);
}
