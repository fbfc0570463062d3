//! Aborting the process where continuing would break memory safety.

use std::io::Write;

/// Prints the reason, and aborts the process.
#[cold]
#[inline(never)]
pub(super) fn stop(why: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "asynccontext: {why}. See `asynccontext::docs::limitations`.");
    std::process::abort()
}
