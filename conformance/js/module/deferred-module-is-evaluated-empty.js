// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A deferred module is evaluated when its namespace is first read; it runs with nothing
  bound, and the reader's mapping is current again after the read.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [module]
features: [AsyncContext, import-defer]
includes: [compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
import defer * as plain from "./plain_FIXTURE.js";
assert.compareArray(log, [], "not evaluated yet");
v.run("reader", () => {
  const { read } = plain;
  assert.sameValue(read(), "reader");
  assert.sameValue(v.get(), "reader");
});
assert.compareArray(log, ["plain unbound"]);
