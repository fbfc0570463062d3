// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

export const v = new AsyncContext.Variable({ name: "module tests", defaultValue: "unbound" });
export const log = [];
