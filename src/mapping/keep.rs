//! Guards that are kept: their bindings last until the frame ends.

use std::mem::ManuallyDrop;

use super::entry::Entry;
use super::guard::{Entered, frame_of, leave};
use super::table::table_of;
use super::thread::slot;

impl Entered {
    /// Leaves the binding to its frame, which then has at most one kept binding of
    /// each key: an older one can never show again. Runs user code: the drop of the
    /// older value.
    pub(crate) fn keep(self) {
        let this = ManuallyDrop::new(self);
        // SAFETY: the slot lives as long as the thread. A frame that runs on this
        // thread has the guard's id, so the guard's entry and the others in that list
        // live. A kept entry has no guard any more, so `leave` ends it only once.
        unsafe {
            let thread = slot();
            let Some((frame, _)) = frame_of(thread, this.id) else {
                return; // its scope is over, or not on this thread
            };
            let newest = (*frame).top.get().entry();
            if newest.addr() == this.at && is_first_kept(newest) {
                return (*newest).kept.set(true);
            }
            let older = table_of(frame).keep(this.at);
            if let Some(older) = older {
                leave(thread, older, this.id);
            }
        }
    }
}

/// Whether it is plain to see that no older guard of the same variable is kept.
///
/// # Safety
///
/// `guard` is a live guard's entry in a stack.
unsafe fn is_first_kept(guard: *const Entry) -> bool {
    // SAFETY: the caller's promise; entries that are older live as well.
    unsafe {
        let key = (*(*guard).node).key;
        let mut step = guard;
        for _ in 0..FEW {
            step = (*step).next.get();
            if step.is_null() {
                return true;
            }
            if (*step).kept.get() && (*(*step).node).key == key {
                return false;
            }
        }
    }
    false
}

/// As many older entries are looked at before the guards are put into a table, which knows
/// what is kept.
const FEW: usize = 8;
