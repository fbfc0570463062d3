// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextswap
description: >
  A resource of a run's func is disposed before the run restores the caller's mapping, also
  when func throws.
info: |
  AsyncContextSwap sets the agent's mapping as a whole and returns the previous one; every swap has a
  counterpart that restores that one.
features: [AsyncContext, explicit-resource-management]
---*/

const v = new AsyncContext.Variable({ defaultValue: "d" });
let seen = "unset";
assert.throws(Test262Error, () => v.run("bound", () => {
  using r = { [Symbol.dispose]() { seen = v.get(); } };
  throw new Test262Error();
}));
assert.sameValue(seen, "bound");
assert.sameValue(v.get(), "d");
