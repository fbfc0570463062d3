//! Lines of JSON on standard output.

use std::io::{self, Write as _};

use serde_json::Value;

/// Writes an event. The page has ended the program if nothing reads it, so a failure is not reported.
pub(crate) fn line(event: &Value) {
    let _ = writeln!(io::stdout().lock(), "{event}");
}
