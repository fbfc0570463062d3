// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v, log } from "./seen_FIXTURE.js";
log.push("before " + v.get());
await Promise.resolve();
log.push("after " + v.get());
export default 1;
