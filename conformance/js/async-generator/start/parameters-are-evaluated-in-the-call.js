// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asyncgeneratorstart
description: >
  Default parameters are evaluated at the call, in the caller's mapping.
info: |
  AsyncGeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. The body is evaluated with that mapping swapped in.
features: [AsyncContext, async-iteration]
---*/

const v = new AsyncContext.Variable();
let seen;
async function* f(p = (seen = v.get())) {}
v.run("called", () => f());
assert.sameValue(seen, "called");
