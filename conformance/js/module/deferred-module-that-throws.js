// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-source-text-module-record-execute-module
description: >
  When a deferred module throws at its first read, the reader's mapping is current in the
  catch block.
info: |
  11.f. The previous mapping is restored before the abrupt completion is returned.
flags: [module]
features: [AsyncContext, import-defer]
includes: [compareArray.js]
---*/

import { v, log } from "./seen_FIXTURE.js";
import defer * as bad from "./throws_FIXTURE.js";
v.run("reader", () => {
  assert.throws(SyntaxError, () => bad.x);
  assert.sameValue(v.get(), "reader");
});
assert.compareArray(log, ["throws unbound"]);
