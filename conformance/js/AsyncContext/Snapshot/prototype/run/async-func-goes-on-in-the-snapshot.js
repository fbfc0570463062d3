// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  An async func keeps the captured mapping across its awaits, and the caller that awaits its
  promise keeps its own.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
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
