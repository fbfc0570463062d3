// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { readB } from "./cycle-b_FIXTURE.js";
import { v, log } from "./seen_FIXTURE.js";
log.push("a " + v.get());
export function readA() { return v.get(); }
log.push("a calls b " + v.run("in a", readB));
