// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-agents
description: >
  Field initializers run in the mapping of the construction, static ones and computed names
  in that of the class definition.
info: |
  The agent has one current mapping, empty at first. Only the draft's swaps change it.
features: [AsyncContext, class, class-fields-public, class-static-fields-public, class-static-block]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const C = v.run("defined", () => class {
  static s = seen.push("static " + v.get());
  static { seen.push("block " + v.get()); }
  [(seen.push("name " + v.get()), "x")] = seen.push("field " + v.get());
});
v.run("new", () => new C());
assert.compareArray(seen, ["name defined", "static defined", "block defined", "field new"]);
