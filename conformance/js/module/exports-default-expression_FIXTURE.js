// Copyright (c) 2026 The asynccontext authors.
// SPDX-License-Identifier: MIT OR Apache-2.0

import { v } from "./seen_FIXTURE.js";
export default v.get();
export class Reader {
  static at = v.get();
  field = v.get();
}
