// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  A generator's mapping is taken when the generator function is called; the body starts in
  it, not in that of the first next.
info: |
  4. The mapping is captured when the generator object is created.
  5.c.i. The body, a parse node, is entered in it.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const f = v.run("defined", () => function* () { yield v.get(); });
const g = v.run("called", () => f());
assert.sameValue(v.run("next", () => g.next().value), "called");
