// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-mapping-record-specification-type
description: >
  A mapping has at most one record of a variable; alternately nested runs of two variables
  give each variable its innermost value at every level.
info: |
  An Async Context Mapping is a list of records in which no two have the same [[AsyncContextKey]].
features: [AsyncContext]
includes: [compareArray.js]
---*/

const a = new AsyncContext.Variable();
const b = new AsyncContext.Variable();
const seen = [];
const note = () => { seen.push(a.get() + "," + b.get()); };
a.run(1, () => {
  b.run(2, () => {
    a.run(3, () => {
      b.run(4, note);
      note();
    });
    note();
  });
  note();
});
assert.compareArray(seen, ["3,4", "3,2", "1,2", "1,undefined"]);
