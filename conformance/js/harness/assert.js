// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: The assertions that every test has. They read no property that a test may have patched.
defines: [assert]
---*/

var assert = (function () {
  "use strict";
  const { is } = Object;
  const { stringify } = JSON;
  const tag = Function.prototype.call.bind(Object.prototype.toString);

  const show = (value) => {
    if (typeof value === "string") return stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    if (is(value, -0)) return "-0";
    try {
      return String(value);
    } catch {
      return tag(value);
    }
  };
  // `prefix` is the message that the test passes to the assertion, if any.
  const fail = (prefix, what) => {
    throw new Test262Error(prefix === undefined ? what : `${show(prefix)}: ${what}`);
  };

  // `true` and nothing else that is true.
  const assert = function (value, message) {
    if (value !== true) fail(message, `${show(value)} is not true`);
  };
  assert.sameValue = (actual, expected, message) => {
    if (!is(actual, expected)) fail(message, `${show(actual)} is not ${show(expected)}`);
  };
  assert.notSameValue = (actual, unexpected, message) => {
    if (is(actual, unexpected)) fail(message, `${show(actual)} is what it must not be`);
  };
  // The very constructor: an error of a subclass, or of another realm, is another one.
  assert.throws = (constructor, func, message) => {
    if (typeof constructor !== "function" || typeof func !== "function") {
      fail(message, "assert.throws takes a constructor and a function");
    }
    let thrown;
    try {
      func();
    } catch (error) {
      thrown = { error };
    }
    if (!thrown) fail(message, `nothing was thrown where ${constructor.name} was expected`);
    assert.isErrorOf(thrown.error, constructor, message);
  };
  assert.isErrorOf = (error, constructor, message) => {
    if (error === null || typeof error !== "object" || error.constructor !== constructor) {
      fail(message, `${show(error)} was thrown where ${constructor.name} was expected`);
    }
  };
  assert.show = show;
  return assert;
})();
