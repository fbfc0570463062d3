// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  Promise.try calls its callback at once, in the mapping of the call, and leaves that
  mapping current when the callback throws.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, promise-try]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let promise;
  v.run("try", () => {
    promise = Promise.try((x) => { throw [x, v.get()]; }, 1);
    assert.sameValue(v.get(), "try");
  });
  let thrown;
  await promise.catch((e) => { thrown = e; });
  assert.compareArray(thrown, [1, "try"]);
});
