// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A module imported inside a run is evaluated with nothing bound.
info: |
  9., 10. The agent's mapping is swapped for an empty one before the module's code is evaluated.
flags: [async, module]
features: [AsyncContext, dynamic-import]
includes: [asyncHelpers.js, compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
asyncTest(async () => {
  await v.run("importer", () => import("./plain_FIXTURE.js"));
  assert.compareArray(log, ["plain unbound"]);
});
