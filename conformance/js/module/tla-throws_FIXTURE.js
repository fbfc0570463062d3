// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v, log } from "./seen_FIXTURE.js";
await Promise.resolve();
log.push("tla throws " + v.get());
throw new SyntaxError("on purpose");
