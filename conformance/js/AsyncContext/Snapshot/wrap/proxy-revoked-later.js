// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A proxy revoked after wrap makes the call throw a TypeError, and the caller's mapping is
  restored.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn is not callable: throw a TypeError.
  2. Capture the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, restore the previous mapping, return fn's completion.
  4. Create a built-in function from the closure, without a name and a length.
  5. CopyNameAndLength from fn, with the prefix "wrapped".
features: [AsyncContext, Proxy]
---*/

const v = new AsyncContext.Variable();
const { proxy, revoke } = Proxy.revocable(function () {}, {});
const wrapped = v.run("wrap", () => AsyncContext.Snapshot.wrap(proxy));
revoke();
v.run("caller", () => {
  assert.throws(TypeError, () => wrapped());
  assert.sameValue(v.get(), "caller");
});
