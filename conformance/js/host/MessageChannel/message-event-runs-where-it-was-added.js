// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A listener for messages runs in the mapping in which it was added, also as an attribute of
  the port.
info: |
  The proposal's README: a function of the host that takes a callback captures the mapping of that
  call, as if the program had wrapped the callback, and calls it in that mapping.
flags: [async]
only-under: [events-registration]
features: [AsyncContext, host-messages]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const channel = v.run("made", () => new MessageChannel());
  const seen = [];
  await new Promise((done) => {
    v.run("attribute", () => { channel.port2.onmessage = (event) => { seen.push(event.data, v.get()); }; });
    v.run("method", () => channel.port2.addEventListener("message", () => { seen.push(v.get()); done(); }));
    v.run("post", () => channel.port1.postMessage("m"));
  });
  channel.port1.close();
  assert.compareArray(seen, ["m", "attribute", "method"]);
});
