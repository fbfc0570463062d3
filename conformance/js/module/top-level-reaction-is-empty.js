// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A reaction registered at the top of a module runs with nothing bound.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [async, module]
features: [AsyncContext, dynamic-import]
includes: [asyncHelpers.js]
---*/

import { v } from "./seen_FIXTURE.js";
asyncTest(async () => {
  const { promise } = await v.run("importer", () => import("./plain_FIXTURE.js"));
  assert.sameValue(await promise, "unbound");
});
