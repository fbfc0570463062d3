// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A second import in another mapping does not evaluate the module again, and its caller's
  mapping is unchanged.
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
  const first = await v.run("first", () => import("./plain_FIXTURE.js"));
  await v.run("second", async () => {
    assert.sameValue(await import("./plain_FIXTURE.js"), first);
    assert.sameValue(v.get(), "second");
  });
  assert.compareArray(log, ["plain unbound"]);
});
