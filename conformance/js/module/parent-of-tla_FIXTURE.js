// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import "./tla_FIXTURE.js";
import { v, log } from "./seen_FIXTURE.js";
log.push("parent " + v.get());
