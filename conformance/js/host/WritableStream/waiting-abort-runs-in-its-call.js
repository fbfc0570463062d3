// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A sink is aborted in the mapping of the abort, also if a write is not over.
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
  const stream = v.run("made", () => new WritableStream({
    write() { seen.push("write " + v.get()); return opened; },
    abort() { seen.push("abort " + v.get()); },
  }));
  const writer = stream.getWriter();
  await writer.ready;
  v.run("written", () => writer.write(1));
  await null;
  const aborted = v.run("aborted", () => writer.abort());
  writer.closed.catch(() => {});
  v.run("opened", open);
  await aborted;
  assert.compareArray(seen, ["write written", "abort aborted"]);
});
