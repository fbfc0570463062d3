// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-generatorresume
description: >
  for-of, spread, destructuring and Array.from resume a generator as next does; the body
  stays in its mapping and the consumer in its own.
info: |
  GeneratorResume
  8. The caller's mapping is stored.
  9., 10. The generator continues.
  12., 13. The stored mapping is restored before the result is returned.
features: [AsyncContext]
includes: [compareArray.js]
---*/

const v = new AsyncContext.Variable();
function* f() { yield v.get(); yield v.get(); }
const make = () => v.run("made", f);
v.run("caller", () => {
  const seen = [];
  for (const x of make()) seen.push(x, v.get());
  assert.compareArray(seen, ["made", "caller", "made", "caller"], "for-of");
  assert.compareArray([...make()], ["made", "made"], "spread");
  const [a, b] = make();
  assert.compareArray([a, b], ["made", "made"], "destructuring");
  assert.compareArray(Array.from(make(), (x) => x + v.get()), ["madecaller", "madecaller"], "Array.from");
  assert.sameValue(v.get(), "caller");
});
