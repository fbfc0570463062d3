// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: Whether the source text of a function is what ECMA-262 wants of functions without one.
defines: [assertNativeFunction]
---*/

function assertNativeFunction(func, message) {
  const identifier = "[\\p{ID_Start}$_][\\p{ID_Continue}$\\u200c\\u200d]*";
  const name = `(?:${identifier}|\\[[^]*\\]|"[^"]*"|'[^']*'|[\\d.]+)?`;
  // An accessor's name may follow `get` or `set`; those are names themselves too.
  const syntax = `^\\s*function(?:\\s+(?:get|set)(?=[\\s["']))?\\s*${name}\\s*\\([^()]*\\)\\s*\\{\\s*\\[\\s*native\\s+code\\s*\\]\\s*\\}\\s*$`;
  const text = Function.prototype.toString.call(func);
  if (!new RegExp(syntax, "u").test(text)) {
    const prefix = message === undefined ? "" : `${message}: `;
    throw new Test262Error(`${prefix}${assert.show(text)} is not the text of a native function`);
  }
}
