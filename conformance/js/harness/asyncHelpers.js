// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: The one test of an asynchronous file, and an assertion about a promise.
defines: [asyncTest, assert.throwsAsync]
---*/

// Calls `test` and ends the file when the promise that it gives is settled.
function asyncTest(test) {
  if (typeof $DONE !== "function") throw new Test262Error("asyncTest needs the flag async");
  let promise;
  try {
    promise = test();
    promise.then(
      () => $DONE(),
      // A reason such as undefined is a failure too.
      (reason) => $DONE(reason || new Test262Error(`rejected with ${assert.show(reason)}`)),
    );
  } catch (error) {
    $DONE(error || new Test262Error(`threw ${assert.show(error)}`));
  }
}

// A promise that is fulfilled when `func` gives one that is rejected with an error of the constructor.
assert.throwsAsync = async function (constructor, func, message) {
  const prefix = message === undefined ? "" : `${message}: `;
  if (typeof constructor !== "function" || typeof func !== "function") {
    throw new Test262Error(`${prefix}assert.throwsAsync takes a constructor and a function`);
  }
  let promise;
  try {
    promise = func();
  } catch (error) {
    throw new Test262Error(`${prefix}${assert.show(error)} was thrown at once, not by a promise`);
  }
  if (promise === null || typeof promise !== "object" || typeof promise.then !== "function") {
    throw new Test262Error(`${prefix}${assert.show(promise)} is not a promise`);
  }
  const rejected = await new Promise((settle) => promise.then(() => settle(), (error) => settle({ error })));
  if (!rejected) throw new Test262Error(`${prefix}nothing was thrown where ${constructor.name} was expected`);
  assert.isErrorOf(rejected.error, constructor, message);
};
