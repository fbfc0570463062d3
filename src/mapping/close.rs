//! Closing: letting go of a frame's entries when it ends, of those that died inside an
//! inner frame, and of what is left at a thread's root.

use std::ptr;

use super::entry::{Entry, dispose};
use super::frame::Top;
use super::guard::unlink;
use super::node::{Node, free};
#[cfg(not(loom))]
use super::pool;
use super::release::let_go;
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
            if std::mem::replace(&mut self.sweep, false) {
                sweep();
            }
            while !self.list.is_null() {
                let entry = self.list;
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
/// first all out of the mapping, then their values.
#[cold]
#[inline(never)]
pub(super) fn sweep() {
    // SAFETY: the running frame and its entries live. What is dead is unlinked
    // before it is given up.
    unsafe {
        let thread = slot();
        let frame = (*thread).running();
        let mut dead = Vec::new();
        let mut entry = (*frame).top.get().entry();
        while !entry.is_null() {
            if (*entry).dead.get() {
                dead.push(entry);
            }
            entry = (*entry).next.get();
        }
        for &entry in &dead {
            unlink(thread, frame, entry);
        }
        let mut list = ptr::null();
        for entry in dead.into_iter().rev() {
            (*entry).next.set(list);
            list = entry;
        }
        let node = ptr::null();
        let sweep = false;
        Closing { sweep, list, node }.go();
    }
}

/// When the thread ends, lets go of what was entered at its root, and of the memory that
/// it keeps. Tells whether there is an end to come: one that has begun is not met again, and
/// what is entered at the root from then on and forgotten leaks.
#[cfg(not(loom))]
pub(super) fn when_the_thread_ends() -> bool {
    struct Reaper;
    impl Drop for Reaper {
        fn drop(&mut self) {
            // SAFETY: the slot lives as long as the thread. This is also reached
            // from `process::exit` inside a `run`: those frames never go on, so
            // the root may be taken from beneath them.
            unsafe {
                let thread = slot();
                (*thread).head.set(super::thread::Head::plain(ptr::null()));
                (*thread).frame.set(ptr::null());
                let left = (*thread).root.top.replace(super::frame::Frame::of_run().top.get());
                close(left.without_sweep(), ptr::null());
            }
            pool::give_up();
        }
    }
    thread_local! {
        static REAPER: Reaper = const { Reaper };
    }
    REAPER.try_with(|_| ()).is_ok()
}

/// Loom's thread-locals can't tell when the thread ends; its tests enter in tasks.
#[cfg(loom)]
pub(super) fn when_the_thread_ends() -> bool {
    false
}
