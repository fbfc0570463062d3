//! Catches panics where they must not unwind further: in the destructor of a thread-local, where a
//! panic ends the process, and in hooks whose host catches none.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `f` and catches its panic, which the panic hook has reported.
pub(crate) fn contained(f: impl FnOnce()) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(f)) else { return };
    // The payload's drop may panic too.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(another);
    }
}
