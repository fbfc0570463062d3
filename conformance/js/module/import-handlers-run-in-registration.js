// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A handler on the promise of import() runs in the mapping of its registration, for success
  and failure.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async, module]
features: [AsyncContext, dynamic-import]
includes: [asyncHelpers.js]
---*/

import { v } from "./seen_FIXTURE.js";
asyncTest(async () => {
  const read = () => v.get();
  const ok = v.run("import", () => import("./plain_FIXTURE.js"));
  const bad = v.run("import", () => import("./throws_FIXTURE.js"));
  assert.sameValue(await v.run("then", () => ok.then(read)), "then");
  assert.sameValue(await v.run("catch", () => bad.catch(read)), "catch");
});
