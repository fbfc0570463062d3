// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  For an async func, run ends when func returns its promise at the first await; the caller's
  mapping is then current, and func continues in its own.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
flags: [async]
features: [AsyncContext]
includes: [asyncHelpers.js, compareArray.js]
---*/

asyncTest(async () => {
  const v = new AsyncContext.Variable({ defaultValue: "d" });
  const seen = [];
  const promise = v.run("bound", async () => {
    seen.push("in " + v.get());
    await undefined;
    seen.push("in " + v.get());
  });
  seen.push("out " + v.get());
  await promise;
  seen.push("out " + v.get());
  assert.compareArray(seen, ["in bound", "out d", "in bound", "out d"]);
});
