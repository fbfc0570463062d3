//! Closing: letting go of a frame's entries when it ends, of those that died inside an
//! inner frame, and of what is left at a thread's root.

use std::ptr;

use super::entry::{Entry, dispose};
use super::frame::Top;
use super::node::{Node, free};
#[cfg(not(any(loom, shuttle)))]
use super::pool;
use super::release::let_go;
use super::table::{self, Table};
use super::thread::slot;
#[cfg(not(any(loom, shuttle)))]
use super::thread::thread;
#[cfg(not(any(loom, shuttle)))]
use crate::contained::contained;

/// What must be done after a frame was popped that had entries or was asked to
/// sweep: sweep the frame outside, let go of the popped frame's entries, newest
/// first, and of its node.
///
/// # Safety
///
/// The frame was popped, and its entries and its node (or null) are given up.
#[cold]
#[inline(never)]
pub(super) unsafe fn close(left: Top, node: *const Node) {
    let mut closing = Closing { sweep: left.sweeps(), list: left.entry(), node };
    closing.go();
}

struct Closing {
    sweep: bool,
    list: *const Entry,
    node: *const Node,
}

impl Closing {
    fn go(&mut self) {
        // SAFETY: see `close`. Each is forgotten here before it is let go, so a
        // panic of one drop goes on with the rest.
        unsafe {
            if std::mem::replace(&mut self.sweep, false) {
                sweep();
            }
            while !self.list.is_null() {
                let entry = self.list;
                if (*entry).is_table() {
                    self.list = table::ended(entry);
                    continue;
                }
                self.list = (*entry).next.get();
                dispose(entry);
            }
            let node = std::mem::replace(&mut self.node, ptr::null());
            if !node.is_null() {
                let_go(node, free);
            }
        }
    }
}

impl Drop for Closing {
    fn drop(&mut self) {
        self.go();
    }
}

/// Lets go of the guards of the running frame that were dropped further inside:
/// first all out of the mapping, then their values, newest first.
#[cold]
#[inline(never)]
pub(super) fn sweep() {
    // SAFETY: the running frame and its entries live. What was dropped is taken out of the
    // table before it is given up.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let newest = (*frame).top.get().entry();
        if newest.is_null() || !(*newest).is_table() {
            return;
        }
        let dropped = (*newest.cast::<Table>()).dropped();
        let mut list = ptr::null();
        for guard in dropped {
            let entry = table::remove(thread, frame, guard);
            if !entry.is_null() {
                (*entry).next.set(list);
                list = entry;
            }
        }
        Closing { sweep: false, list, node: ptr::null() }.go();
    }
}

/// When the thread ends, lets go of what was entered at its root, and of the memory that
/// it keeps. Tells whether there is an end to come: one that has begun is not met again, and
/// what is entered at the root from then on and forgotten leaks.
#[cfg(not(any(loom, shuttle)))]
pub(super) fn when_the_thread_ends() -> bool {
    struct Reaper;
    impl Drop for Reaper {
        fn drop(&mut self) {
            // `process::exit` gets here as well, maybe from inside a scope or a read. The
            // code that called it never goes on, but scoped threads may still read by
            // references that it lent them. So then nothing is let go.
            if thread(|t| t.frame.get().is_null() && t.pins.get().is_null()) {
                contained(let_go_of_the_root);
                pool::give_up();
            }
        }
    }
    thread_local! {
        static REAPER: Reaper = const { Reaper };
    }
    REAPER.try_with(|_| ()).is_ok()
}

/// Runs user code: the drop of values.
#[cfg(not(any(loom, shuttle)))]
fn let_go_of_the_root() {
    // SAFETY: the slot lives as long as the thread. No frame runs on it and nothing is
    // read, so no one has a reference into what the root holds.
    unsafe {
        let thread = slot();
        (*thread).head.set(super::thread::Head::plain(ptr::null()));
        let left = (*thread).root.top.replace(super::frame::Frame::of_run().top.get());
        close(left.without_sweep(), ptr::null());
    }
}

/// Of the thread-locals of loom and shuttle the slot would be gone before the reaper; their
/// tests leave nothing at a thread's root.
#[cfg(any(loom, shuttle))]
pub(super) fn when_the_thread_ends() -> bool {
    false
}
