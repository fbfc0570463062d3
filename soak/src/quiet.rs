//! Panics are part of programs: nothing is printed for those that are planned, which unwind
//! without the hook. The last one that nobody planned is kept for the report.

use std::panic;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// More of those that nobody planned are not printed: a program that fails is run often.
const PRINTED: u32 = 3;

static LAST: Mutex<String> = Mutex::new(String::new());

/// Keeps what panics say from now on, and prints the first few: one that can't unwind ends
/// the process.
pub(crate) fn install() {
    static SEEN: AtomicU32 = AtomicU32::new(0);
    panic::set_hook(Box::new(|info| {
        if SEEN.fetch_add(1, Ordering::Relaxed) < PRINTED {
            eprintln!("{info}");
        }
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
}

/// What the last panic that nobody planned said, and where it was.
pub(crate) fn last_panic() -> String {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
