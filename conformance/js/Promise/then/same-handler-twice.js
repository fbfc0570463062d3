// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-promisereaction-records
description: >
  The mapping belongs to the reaction, not to the function; one handler registered in two
  mappings runs once in each.
info: |
  Every reaction has its own [[PromiseAsyncContextMapping]].
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const read = () => v.get();
  const promise = Promise.resolve();
  const a = v.run("a", () => promise.then(read));
  const b = v.run("b", () => promise.then(read));
  assert.compareArray(await Promise.all([a, b]), ["a", "b"]);
});
