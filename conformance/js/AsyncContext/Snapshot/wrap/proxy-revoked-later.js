// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.wrap
description: >
  A proxy revoked after wrap makes the call throw a TypeError, and the caller's mapping is
  restored.
info: |
  AsyncContext.Snapshot.wrap ( fn )
  1. If fn can't be called: throw a TypeError.
  2. Take the agent's current mapping.
  3. The closure, when called: swap that mapping in, call fn with the this value and the
    arguments, swap the previous mapping back, return fn's completion.
  4. Make a built-in function of the closure, without a name and a length.
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
