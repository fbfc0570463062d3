// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A module imported by a script inside a run is evaluated with nothing bound.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [async]
features: [AsyncContext, dynamic-import]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const { v, log } = await import("./seen_FIXTURE.js");
  await v.run("importer", () => import("./plain_FIXTURE.js"));
  assert.compareArray(log, ["plain unbound"]);
});
