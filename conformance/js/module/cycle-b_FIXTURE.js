// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { readA } from "./cycle-a_FIXTURE.js";
import { v, log } from "./seen_FIXTURE.js";
log.push("b " + v.get());
export function readB() { return v.get(); }
log.push("b calls a " + v.run("in b", readA));
