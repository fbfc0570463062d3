// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-properties-of-asynccontext-variable-instances
description: >
  A variable keeps its default value alive.
info: |
  Instances are ordinary objects with the slots [[AsyncVariableName]] and
  [[AsyncVariableDefaultValue]].
flags: [async]
features: [AsyncContext, host-gc-required]
includes: [asyncHelpers.js]
---*/

asyncTest(async () => {
  const v = (() => new AsyncContext.Variable({ defaultValue: { kept: true } }))();
  await undefined;
  $262.gc();
  await undefined;
  assert.sameValue(v.get().kept, true);
});
