// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The source of a stream is started where the stream is made, pulled where a chunk is read, and
  cancelled where the stream is.
info: |
  AsyncContextSnapshot returns the agent's current mapping. Code that takes no snapshot and makes no
  swap runs in the mapping of its caller; a callback that runs later has one from the call that
  causes it.
flags: [async]
features: [AsyncContext, host-streams]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const seen = [];
  const stream = v.run("made", () => new ReadableStream({
    start() { seen.push("start " + v.get()); },
    pull(controller) { seen.push("pull " + v.get()); controller.enqueue(1); },
    cancel() { seen.push("cancel " + v.get()); },
  }, { highWaterMark: 0 }));
  const reader = v.run("locked", () => stream.getReader());
  await v.run("read", () => reader.read());
  await v.run("cancelled", () => reader.cancel());
  assert.compareArray(seen, ["start made", "pull read", "cancel cancelled"]);
});
