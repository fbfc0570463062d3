// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  import() converts its specifier at once, in the mapping of the call.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
flags: [async]
features: [AsyncContext, dynamic-import]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let seen;
  const specifier = { toString() { seen = v.get(); return "./seen_FIXTURE.js"; } };
  const promise = v.run("caller", () => import(specifier));
  assert.sameValue(seen, "caller");
  await promise;
});
