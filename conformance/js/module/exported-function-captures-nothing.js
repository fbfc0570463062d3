// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  A function of a module runs in its caller's mapping; the module's empty mapping holds for
  its evaluation alone.
info: |
  ExecuteModule
  9., 10. An empty mapping is swapped in.
  11., 12. The module is evaluated, or started with AsyncBlockStart; then the previous mapping is
    restored, before an abrupt completion is returned.
flags: [module]
features: [AsyncContext]
---*/

import { v } from "./seen_FIXTURE.js";
import { read } from "./plain_FIXTURE.js";
assert.sameValue(v.run("caller", read), "caller");
