// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-agents
description: >
  The agent's mapping is empty when a script starts; every variable gives its default.
info: |
  The agent has one current mapping, empty at first. Only the draft's swaps change it.
features: [AsyncContext]
---*/

assert.sameValue(new AsyncContext.Variable().get(), undefined);
assert.sameValue(new AsyncContext.Variable({ defaultValue: "d" }).get(), "d");
