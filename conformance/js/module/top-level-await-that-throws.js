// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A module that throws after a top-level await has nothing bound when it throws, and the
  importer's catch block runs in the importer's mapping.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [async, module]
features: [AsyncContext, top-level-await, dynamic-import]
includes: [asyncHelpers.js, compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
asyncTest(async () => {
  await v.run("importer", () => import("./tla-throws_FIXTURE.js").catch((e) => { log.push(e.name + " " + v.get()); }));
  assert.compareArray(log, ["tla throws unbound", "SyntaxError importer"]);
});
