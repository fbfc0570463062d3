// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A transformer transforms a chunk in the mapping of its write, and is flushed in that of the
  close, although the reads make room for them.
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
  const stream = v.run("made", () => new TransformStream({
    start() { seen.push("start " + v.get()); },
    transform(chunk, controller) { seen.push(chunk + " " + v.get()); controller.enqueue(chunk); },
    flush() { seen.push("flush " + v.get()); },
  }));
  const writer = stream.writable.getWriter(), reader = stream.readable.getReader();
  v.run("one", () => writer.write(1));
  v.run("two", () => writer.write(2));
  v.run("closed", () => writer.close());
  await v.run("read", async () => { while (!(await reader.read()).done); });
  assert.compareArray(seen, ["start made", "1 one", "2 two", "flush closed"]);
});
