// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: Whether two arrays have the same values at the same places.
defines: [compareArray, assert.compareArray]
---*/

var compareArray = (function () {
  "use strict";
  const { is } = Object;
  const isPrimitive = (value) => value === null || (typeof value !== "object" && typeof value !== "function");

  const compareArray = function (one, two) {
    if (one.length !== two.length) return false;
    for (let i = 0; i < one.length; i++) {
      if (!is(one[i], two[i])) return false;
    }
    return true;
  };
  compareArray.format = (array) => {
    let text = "[";
    for (let i = 0; i < array.length; i++) text += (i === 0 ? "" : ", ") + assert.show(array[i]);
    return `${text}]`;
  };

  assert.compareArray = (actual, expected, message) => {
    const prefix = message === undefined ? "" : `${assert.show(message)}: `;
    if (isPrimitive(actual) || isPrimitive(expected)) {
      throw new Test262Error(`${prefix}${assert.show(isPrimitive(actual) ? actual : expected)} is not an array`);
    }
    if (!compareArray(actual, expected)) {
      throw new Test262Error(`${prefix}${compareArray.format(actual)} is not ${compareArray.format(expected)}`);
    }
  };
  return compareArray;
})();
