//! Guards that are kept: their bindings last until the frame ends.

use std::mem::ManuallyDrop;

use super::entry::Entry;
use super::guard::{Entered, frame_of, leave};
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
            let key = (*(*this.entry).node).key;
            (*this.entry).kept.set(true);
            let newest = (*frame).top.get().entry();
            let newest = kept(newest, key);
            let older = kept((*newest).next.get(), key);
            if !older.is_null() {
                leave(thread, older, this.id);
            }
        }
    }
}

/// The first kept entry of `key` in the list that starts with `entry`, or null.
///
/// # Safety
///
/// `entry` is null or live, and so is what follows it in its list.
unsafe fn kept(mut entry: *const Entry, key: u64) -> *const Entry {
    // SAFETY: the caller's promise; what is kept has a node.
    unsafe {
        while !entry.is_null() {
            let stays = (*entry).kept.get() && !(*entry).dead.get();
            if stays && (*(*entry).node).key == key {
                break;
            }
            entry = (*entry).next.get();
        }
    }
    entry
}
