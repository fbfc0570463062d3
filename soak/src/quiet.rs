//! Planned panics are part of programs. They unwind without the panic hook and are not printed. The last
//! unplanned panic is kept for the report.

use std::panic;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// The number of unplanned panics that are printed, since a program that fails runs often.
const PRINTED: u32 = 3;

static LAST: Mutex<String> = Mutex::new(String::new());

/// Installs a hook that keeps the messages of panics and prints the first few, since a panic that
/// cannot unwind ends the process.
pub(crate) fn install() {
    static SEEN: AtomicU32 = AtomicU32::new(0);
    panic::set_hook(Box::new(|info| {
        if SEEN.fetch_add(1, Ordering::Relaxed) < PRINTED {
            eprintln!("{info}");
        }
        *LAST.lock().unwrap_or_else(PoisonError::into_inner) = info.to_string();
    }));
}

/// Returns the message and the place of the last unplanned panic.
pub(crate) fn last_panic() -> String {
    LAST.lock().unwrap_or_else(PoisonError::into_inner).clone()
}
