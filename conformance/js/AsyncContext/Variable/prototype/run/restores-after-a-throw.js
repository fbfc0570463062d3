// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  The previous mapping is current again in the catch block around a run whose func throws.
info: |
  10. The result of Call is stored as a completion.
  11. The previous mapping is restored, whatever the completion is.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable({ defaultValue: "d" });
v.run("outer", () => {
  let seen;
  try {
    v.run("inner", () => { throw new Test262Error(); });
  } catch (e) {
    seen = v.get();
  }
  assert.sameValue(seen, "outer");
});
assert.sameValue(v.get(), "d");
