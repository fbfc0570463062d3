// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  Default export expressions and static fields are evaluated with the module, so with
  nothing bound; instance fields in the mapping of the construction.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [async, module]
features: [AsyncContext, class-fields-public, class-static-fields-public, dynamic-import]
includes: [asyncHelpers.js]
---*/

import { v } from "./seen_FIXTURE.js";
asyncTest(async () => {
  const { default: value, Reader } = await v.run("importer", () => import("./exports-default-expression_FIXTURE.js"));
  assert.sameValue(value, "unbound");
  assert.sameValue(Reader.at, "unbound");
  assert.sameValue(v.run("new", () => new Reader()).field, "new");
});
