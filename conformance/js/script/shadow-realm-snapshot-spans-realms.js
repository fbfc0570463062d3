// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A snapshot taken inside a ShadowRealm holds the whole mapping of the agent, with variables
  of the outer realm.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a scheduled callback takes one at the call.
features: [AsyncContext, ShadowRealm]
---*/

const v = new AsyncContext.Variable();
const realm = new ShadowRealm();
const capture = realm.evaluate("() => { globalThis.s = new AsyncContext.Snapshot(); }");
const replay = realm.evaluate("(callback) => s.run(callback)");
v.run("captured", () => capture());
v.run("replayed", () => assert.sameValue(replay(() => v.get()), "captured"));
