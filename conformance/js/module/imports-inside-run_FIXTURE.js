// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v, log } from "./seen_FIXTURE.js";
await v.run("module run", () => import("./plain_FIXTURE.js"));
log.push("after import " + v.get());
