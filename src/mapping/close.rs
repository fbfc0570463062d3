//! Closing: letting go of a frame's entries when it ends, and of those that died inside an
//! inner frame.

use std::mem;
use std::ptr;

use super::entry::{Entry, dispose};
use super::frame::Top;
use super::node::Node;
use super::release::{free, let_go};
use super::table::{self, Table};
use super::thread::slot;

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
            if mem::replace(&mut self.sweep, false) {
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
            let node = mem::replace(&mut self.node, ptr::null());
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
