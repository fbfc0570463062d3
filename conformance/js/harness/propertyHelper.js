// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: Checks that a property has the given descriptor and behaves accordingly.
defines: [verifyProperty]
---*/

var verifyProperty = (function () {
  "use strict";
  const { defineProperty, getOwnPropertyDescriptor, hasOwn, is } = Object;
  const { deleteProperty, ownKeys, set } = Reflect;
  const fields = ["value", "get", "set", "writable", "enumerable", "configurable"];

  const isListed = (object, key) => {
    if (typeof key === "symbol") return getOwnPropertyDescriptor(object, key).enumerable;
    for (const name in object) if (name === key) return true;
    return false;
  };
  const takesWrites = (object, key) => {
    const before = object[key];
    const other = Array.isArray(object) && key === "length" ? 2 ** 32 - 1 : {};
    const taken = set(object, key, other) && is(object[key], other);
    if (taken) set(object, key, before);
    return taken;
  };

  // Each field of `wanted` is compared. To see whether the property can be deleted, it is: with
  // the option `restore` it comes back. Without an expected descriptor there must be no property.
  return function verifyProperty(object, key, wanted, options) {
    const label = options?.label ?? String(key);
    const fail = (what) => { throw new Test262Error(`${label}: ${what}`); };
    if (arguments.length < 3) fail("verifyProperty takes an object, a key and a descriptor");
    const found = getOwnPropertyDescriptor(object, key);
    if (wanted === undefined) {
      if (found) fail("the property exists");
      return true;
    }
    if (wanted === null || typeof wanted !== "object") fail(`${assert.show(wanted)} is not a descriptor`);
    if (!found) fail("the property does not exist");
    for (const field of ownKeys(wanted)) {
      if (!fields.includes(field)) fail(`${String(field)} is not a field of a descriptor`);
      if (!hasOwn(found, field) || !is(found[field], wanted[field])) {
        fail(`${field} is ${assert.show(found[field])}, not ${assert.show(wanted[field])}`);
      }
    }
    const behaves = (field, does) => {
      if (hasOwn(wanted, field) && !is(does(), wanted[field])) fail(`the object does not behave as ${field} of its descriptor`);
    };
    behaves("value", () => object[key]);
    behaves("enumerable", () => isListed(object, key));
    behaves("writable", () => takesWrites(object, key));
    behaves("configurable", () => deleteProperty(object, key) && !hasOwn(object, key));
    if (options?.restore) defineProperty(object, key, found);
    return true;
  };
})();
