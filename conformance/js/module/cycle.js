// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  Every module of a cycle is evaluated with nothing bound, and functions called across the
  cycle run in their caller's mapping.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [async, module]
features: [AsyncContext, dynamic-import]
includes: [asyncHelpers.js, compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
asyncTest(async () => {
  await v.run("importer", () => import("./cycle-a_FIXTURE.js"));
  assert.compareArray(log, ["b unbound", "b calls a in b", "a unbound", "a calls b in a"]);
});
