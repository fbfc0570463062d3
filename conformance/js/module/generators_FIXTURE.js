// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v } from "./seen_FIXTURE.js";
export function* generator() { yield v.get(); yield v.get(); }
export default async function* () { yield v.get(); yield v.get(); }
