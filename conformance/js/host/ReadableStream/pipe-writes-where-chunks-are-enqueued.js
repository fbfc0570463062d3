// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontextsnapshot
description: >
  A pipe writes each chunk in the mapping in which it was enqueued, and closes its destination in
  the mapping of the call of pipeTo.
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
  let controller, first, wrote = new Promise((done) => { first = done; });
  const source = new ReadableStream({ start(given) { controller = given; } });
  const target = new WritableStream({
    write(chunk) { seen.push(chunk + " " + v.get()); first(); },
    close() { seen.push("close " + v.get()); },
  });
  v.run("early", () => controller.enqueue("waits"));
  const piped = v.run("piped", () => source.pipeTo(target));
  await wrote;
  v.run("late", () => controller.enqueue("is awaited"));
  v.run("closed", () => controller.close());
  await piped;
  assert.compareArray(seen, ["waits early", "is awaited late", "close piped"]);
});
