// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import "./cycle-tla-a_FIXTURE.js";
import { v, log } from "./seen_FIXTURE.js";
log.push("b " + v.get());
await undefined;
log.push("b after " + v.get());
