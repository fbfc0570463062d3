//! Ending the process where going on would break memory safety.

use std::io::Write;

/// Ends the process with a sentence that says why.
#[cold]
#[inline(never)]
pub(super) fn stop(why: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "asynccontext: {why}. See `asynccontext::docs::limitations`.");
    std::process::abort()
}
