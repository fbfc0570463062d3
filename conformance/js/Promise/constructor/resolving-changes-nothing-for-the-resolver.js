// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextswap
description: >
  Calling a promise's resolve or reject function leaves the caller's mapping current.
info: |
  AsyncContextSwap sets the agent's mapping as a whole and returns the previous one; every swap has a
  counterpart that restores that one.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
let resolve, reject;
v.run("made", () => {
  new Promise((r) => { resolve = r; }).then(() => {});
  new Promise((_, r) => { reject = r; }).then(() => {}, () => {});
});
v.run("caller", () => {
  resolve();
  assert.sameValue(v.get(), "caller");
  reject();
  assert.sameValue(v.get(), "caller");
});
