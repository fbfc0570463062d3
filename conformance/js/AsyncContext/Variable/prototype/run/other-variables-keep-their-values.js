// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
esid: sec-asynccontext-variable.prototype.run
description: >
  run replaces one entry and copies all others, also when many variables are bound and
  whichever comes first.
info: |
  AsyncContext.Variable.prototype.run ( value, func, ...args )
  1., 2. The this value must have [[AsyncVariableName]], otherwise throw a TypeError.
  3.-8. A new mapping gets all records of the current one except the variable's own, and a record of
    the variable and value.
  9. Swap the new mapping in.
  10. Call func with undefined and args; store the completion.
  11., 12. Restore the previous mapping and return the completion.
features: [AsyncContext]
---*/

const variables = Array.from({ length: 40 }, (_, i) => new AsyncContext.Variable({ defaultValue: -1 - i }));
let check = () => {
  variables.forEach((v, i) => {
    v.run("replaced", () => {
      variables.forEach((w, j) => {
        assert.sameValue(w.get(), i === j ? "replaced" : j);
      });
    });
    assert.sameValue(v.get(), i);
  });
};
variables.forEach((v, i) => {
  const inner = check;
  check = () => v.run(i, inner);
});
check();
variables.forEach((v, i) => assert.sameValue(v.get(), -1 - i));
