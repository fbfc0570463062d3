//! Panics are part of programs: nothing is printed for them, and the last one that nobody
//! planned is kept for the report.

use std::panic;
use std::sync::{Mutex, PoisonError};

static LAST: Mutex<String> = Mutex::new(String::new());

/// Prints no panic from now on. Planned ones unwind without the hook, so it hears of others
/// only.
pub(crate) fn install() {
    panic::set_hook(Box::new(|info| {
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
}

/// What the last panic that nobody planned said, and where it was.
pub(crate) fn last_panic() -> String {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
