// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  A for await loop in the body closes its iterator, during a return of the generator, in the
  generator's mapping.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, async-iteration]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let seen = "unset";
  const iterable = { [Symbol.asyncIterator]() { return { next: async () => ({ done: false }), async return() { seen = v.get(); return {}; } }; } };
  const g = v.run("made", () => (async function* () { for await (const x of iterable) yield; })());
  await g.next();
  await v.run("caller", () => g.return());
  assert.sameValue(seen, "made");
});
