// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: The error of a failed assertion, and a mark for code that must not run.
defines: [Test262Error, $DONOTEVALUATE]
---*/

function Test262Error(message) {
  if (!new.target) return new Test262Error(message);
  this.message = message === undefined ? "" : message;
}
// It inherits from no built-in error, so that nothing takes it for one.
Object.assign(Test262Error.prototype, {
  name: "Test262Error",
  toString() { return `Test262Error: ${this.message}`; },
});
Test262Error.thrower = function (message) {
  throw new Test262Error(message);
};

function $DONOTEVALUATE() {
  throw "this text must not be evaluated";
}
