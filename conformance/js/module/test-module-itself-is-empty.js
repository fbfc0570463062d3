// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  The first module's own code runs with nothing bound, before and after a top-level await.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [module, async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

import { v } from "./seen_FIXTURE.js";
const before = v.get();
await undefined;
const after = v.get();
asyncTest(async () => {
  assert.compareArray([before, after], ["unbound", "unbound"]);
});
