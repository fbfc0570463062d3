// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  An async func keeps the captured mapping across its awaits, while the caller that awaits
  its promise keeps its own.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], or else a TypeError is thrown.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; keep the completion.
  5., 6. Swap the previous mapping back and return the completion.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  const snapshot = v.run("captured", () => new AsyncContext.Snapshot());
  await v.run("caller", async () => {
    const seen = await snapshot.run(async () => {
      await undefined;
      return v.get();
    });
    assert.sameValue(seen, "captured");
    assert.sameValue(v.get(), "caller");
  });
});
