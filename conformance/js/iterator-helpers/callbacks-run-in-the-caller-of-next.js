// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  An iterator helper has a built-in body, which captures nothing; its callback runs in the
  mapping of the caller of next.
info: |
  5.d. A body that is an abstract closure is run without a swap.
features: [AsyncContext, iterator-helpers]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const source = () => [1, 2][Symbol.iterator]();
const helpers = v.run("made", () => ({
  map: source().map(() => v.get()),
  filter: source().filter((x) => { seen.push(v.get()); return true; }),
  flatMap: source().flatMap(() => [v.get()]),
}));
const seen = [];
assert.sameValue(v.run("a", () => helpers.map.next().value), "a");
assert.sameValue(v.run("b", () => helpers.map.next().value), "b");
v.run("c", () => helpers.filter.next());
assert.compareArray(seen, ["c"]);
assert.sameValue(v.run("d", () => helpers.flatMap.next().value), "d");
