// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-agents
description: >
  Getters, setters, conversions, proxy traps, tagged templates, iterators, instanceof, JSON,
  replace and sort callbacks all run in the mapping of the code that causes them.
info: |
  The agent has one current mapping, empty at first. Only the draft's swaps change it.
features: [AsyncContext, Symbol.hasInstance, Symbol.toPrimitive, Proxy]
---*/

const v = new AsyncContext.Variable();
const seen = [];
const note = () => { seen.push(v.get()); };
const object = v.run("made", () => ({
  get g() { note(); },
  set s(x) { note(); },
  [Symbol.toPrimitive]() { note(); return 1; },
  toJSON() { note(); return 1; },
}));
const proxy = v.run("made", () => new Proxy({}, { has() { note(); return false; }, deleteProperty() { note(); return true; } }));
v.run("here", () => {
  object.g;
  object.s = 1;
  +object;
  JSON.stringify(object);
  "x" in proxy;
  delete proxy.x;
  ((strings) => note())`template`;
  1 instanceof { [Symbol.hasInstance]() { note(); } };
  "x".replace("x", note);
  [1].forEach(note);
  [2, 1].sort(() => { note(); return 0; });
  new Map([[1, 1]]).forEach(note);
  Reflect.apply(note, null, []);
});
assert.sameValue(seen.length >= 13, true);
for (const x of seen) assert.sameValue(x, "here");
