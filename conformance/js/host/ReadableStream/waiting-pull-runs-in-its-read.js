// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A pull that has to wait for an earlier one, or for the start, runs in the mapping of the read
  that causes it.
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
  let open, opened = new Promise((done) => { open = done; });
  const stream = v.run("made", () => new ReadableStream({
    start: () => opened,
    async pull(controller) {
      seen.push(v.get());
      await null;
      controller.enqueue(v.get());
    },
  }, { highWaterMark: 0 }));
  const reader = stream.getReader();
  const reads = ["first", "second", "third"].map((name) => v.run(name, () => reader.read()));
  v.run("opened", open);
  const chunks = await Promise.all(reads);
  assert.compareArray(seen, ["first", "second", "third"]);
  assert.compareArray(chunks.map((chunk) => chunk.value), ["first", "second", "third"]);
});
