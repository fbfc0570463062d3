// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  import() does not change its caller's mapping, and an await of its promise continues in
  that mapping.
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
  await v.run("importer", async () => {
    const promise = import("./plain_FIXTURE.js");
    assert.sameValue(v.get(), "importer");
    await promise;
    assert.sameValue(v.get(), "importer");
  });
});
