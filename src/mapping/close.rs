//! Releasing the entries of a frame when it ends, and guards that were dropped inside an inner
//! frame.

use std::mem;
use std::ptr;

use super::entry::{Entry, dispose};
use super::frame::Top;
use super::node::Node;
use super::release::{free, let_go};
use super::table::{self, Table};
use super::thread::slot;

/// Finishes a popped frame that had entries or a sweep flag: sweeps the enclosing frame, then
/// releases the popped frame's entries, newest first, and its node.
///
/// # Safety
///
/// The frame was popped, and the caller gives up its entries and its node, which may be null.
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
        // SAFETY: see `close`. Each entry is taken out of `self` before it is released, so if a
        // drop panics, the drop of `self` continues with the rest.
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

/// Releases the guards of the running frame that were dropped inside an inner one: takes all of
/// them out of the mapping, then drops their values, newest first.
#[cold]
#[inline(never)]
pub(super) fn sweep() {
    // SAFETY: the running frame and its entries are live. Each dropped guard is taken out of the
    // table before it is released.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let Some(table) = Table::of((*frame).top.get().entry()) else { return };
        let dropped = table.dropped();
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
