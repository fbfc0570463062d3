// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  The mapping of the caller of next is current after every yield, each caller its own.
info: |
  8. The caller's mapping is stored before the generator continues.
  12. It is restored when control returns.
features: [AsyncContext]
---*/

const v = new AsyncContext.Variable();
const g = v.run("made", () => (function* () { yield; yield; })());
for (const caller of ["first", "second", "third"]) {
  v.run(caller, () => {
    g.next();
    assert.sameValue(v.get(), caller);
  });
}
assert.sameValue(v.get(), undefined);
