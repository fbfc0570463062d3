// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-promisereaction-records
description: >
  Two reactions to one promise keep two mappings, and the handlers run in the order of
  registration.
info: |
  Every reaction has its own [[PromiseAsyncContextMapping]].
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  let resolve;
  const promise = new Promise((r) => { resolve = r; });
  const seen = [];
  const push = () => { seen.push(v.get()); };
  const derived = [v.run(1, () => promise.then(push)), promise.then(push), v.run(2, () => promise.then(push))];
  v.run("resolved", () => resolve());
  await Promise.all(derived);
  assert.compareArray(seen, [1, undefined, 2]);
});
