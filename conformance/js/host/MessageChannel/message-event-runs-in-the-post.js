// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A message is delivered in the mapping of the call of postMessage, also if the receiving port
  starts later.
info: |
  The web integration's approach to propagate from each call that causes an event: the mapping of
  the call is kept, and the event is dispatched in it, on another object too.
flags: [async]
only-under: [events-cause]
features: [AsyncContext, host-messages]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const channel = v.run("made", () => new MessageChannel());
  const seen = [];
  await new Promise((done) => {
    v.run("early", () => channel.port1.postMessage(1));
    v.run("register", () => {
      channel.port2.onmessage = (event) => {
        seen.push(event.data, v.get());
        if (event.data === 2) done();
      };
    });
    v.run("late", () => channel.port1.postMessage(2));
  });
  channel.port1.close();
  assert.compareArray(seen, [1, "early", 2, "late"]);
});
