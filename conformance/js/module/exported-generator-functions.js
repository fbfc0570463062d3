// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorstart
description: >
  The generators of a module's functions have the mapping of the call that made them, not the
  module's own.
info: |
  GeneratorStart
  4. The agent's current mapping is captured when the generator is created.
  5.c. A body that is a parse node is evaluated with that mapping swapped in.
  AsyncGeneratorStart does the same.
flags: [async, module]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js, compareArray.js]
---*/

import asyncGenerator, { generator } from "./generators_FIXTURE.js";
import { v } from "./seen_FIXTURE.js";
asyncTest(async () => {
  const g = v.run("made", generator);
  assert.compareArray(v.run("caller", () => [...g]), ["made", "made"]);
  const seen = [];
  const a = v.run("made", asyncGenerator);
  seen.push((await v.run("first", () => a.next())).value);
  seen.push((await v.run("second", () => a.next())).value);
  assert.compareArray(seen, ["made", "made"]);
});
