// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-snapshot.prototype.run
description: >
  run is a writable, configurable and not enumerable method called "run" of length 1 that is
  not a constructor.
info: |
  AsyncContext.Snapshot.prototype.run ( func, ...args )
  1., 2. The this value must have [[AsyncSnapshotMapping]], otherwise throw a TypeError.
  3. Swap the snapshot's mapping in.
  4. Call func with undefined and args; store the completion.
  5., 6. Restore the previous mapping and return the completion.
features: [AsyncContext, Reflect.construct]
includes: [isConstructor.js, propertyHelper.js]
---*/

const { run } = AsyncContext.Snapshot.prototype;
verifyProperty(AsyncContext.Snapshot.prototype, "run", { writable: true, enumerable: false, configurable: true }, { restore: true });
verifyProperty(run, "name", { value: "run", writable: false, enumerable: false, configurable: true });
verifyProperty(run, "length", { value: 1, writable: false, enumerable: false, configurable: true });
assert.sameValue(isConstructor(run), false);
