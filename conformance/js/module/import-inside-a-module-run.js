// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A module that imports another inside a run of its own passes nothing on, and goes on with
  nothing bound after the run.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    swapped back, before an abrupt completion is returned.
flags: [async, module]
features: [AsyncContext, dynamic-import, top-level-await]
includes: [asyncHelpers.js, compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
asyncTest(async () => {
  await v.run("importer", () => import("./imports-inside-run_FIXTURE.js"));
  assert.compareArray(log, ["plain unbound", "after import unbound"]);
});
