// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

/*---
description: The end of an asynchronous test, as one line of the host's print.
defines: [$DONE]
---*/

// Any value that is true in a condition is a failure.
function $DONE(error) {
  if (!error) {
    print("Test262:AsyncTestComplete");
    return;
  }
  const named = typeof error === "object" && "name" in error;
  const what = named ? `${error.name}: ${error.message}` : `Test262Error: ${assert.show(error)}`;
  print(`Test262:AsyncTestFailure:${what}`);
}
