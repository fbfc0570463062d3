// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-performpromisethen
description: >
  Async arrows, methods, static methods and private methods all keep the mapping over an
  await.
info: |
  PerformPromiseThen
  7. The agent's current mapping is captured.
  8., 9. Both reactions keep it.
  Await, catch and finally also perform this operation.
flags: [async]
features: [AsyncContext, class, class-methods-private]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable();
  class C {
    async method() { await undefined; return v.get(); }
    static async method() { await undefined; return v.get(); }
    async #hidden() { await undefined; return v.get(); }
    hidden() { return this.#hidden(); }
  }
  const object = { async method() { await undefined; return v.get(); } };
  const calls = [() => new C().method(), () => C.method(), () => new C().hidden(), () => object.method(), async () => (await undefined, v.get())];
  for (let i = 0; i < calls.length; i++) assert.sameValue(await v.run(i, calls[i]), i);
});
