// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v, log } from "./seen_FIXTURE.js";
for await (const x of [1, 2]) log.push("loop " + v.get());
