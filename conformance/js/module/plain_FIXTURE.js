// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v, log } from "./seen_FIXTURE.js";
log.push("plain " + v.get());
export const snapshot = new AsyncContext.Snapshot();
export const wrapped = AsyncContext.Snapshot.wrap(() => v.get());
export function read() { return v.get(); }
export const promise = Promise.resolve().then(() => v.get());
