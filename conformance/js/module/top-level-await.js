// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A module with top-level await runs with nothing bound before and after the await.
info: |
  12.b. AsyncBlockStart runs the module in the empty mapping, which its awaits capture.
flags: [async, module]
features: [AsyncContext, top-level-await, dynamic-import]
includes: [asyncHelpers.js, compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
asyncTest(async () => {
  await v.run("importer", () => import("./tla_FIXTURE.js"));
  assert.compareArray(log, ["before unbound", "after unbound"]);
});
