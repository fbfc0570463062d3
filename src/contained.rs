//! Where a panic must not get out: in the destructor of a thread-local it ends the process,
//! and a host that calls hooks catches none.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Calls `f`. A panic is reported by the panic hook, and goes no further.
pub(crate) fn contained(f: impl FnOnce()) {
    let Err(panic) = catch_unwind(AssertUnwindSafe(f)) else { return };
    // Its own drop may panic too.
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        mem::forget(another);
    }
}
