// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  The methods of a sink run in the mappings of the calls that they answer, also if they have to
  wait.
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
  const stream = v.run("made", () => new WritableStream({
    start() { seen.push("start " + v.get()); },
    write(chunk) { seen.push(chunk + " " + v.get()); return Promise.resolve(); },
    close() { seen.push("close " + v.get()); },
  }));
  const writer = stream.getWriter();
  v.run("one", () => writer.write(1));
  v.run("two", () => writer.write(2));
  await v.run("closed", () => writer.close());
  assert.compareArray(seen, ["start made", "1 one", "2 two", "close closed"]);
});
