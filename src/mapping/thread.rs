//! The thread's slot: its current mapping, and its running frames.
//!
//! The slot is `const`-initialized and has no destructor, so it can be read and written at any time
//! in a thread's life, also from the destructors of other thread-locals, and needs no check.
//! Bindings at a thread's root are released by a second thread-local when the thread ends
//! (`root.rs`).

use std::cell::Cell;
use std::ptr;

use super::cover::cover;
use super::entry::Entry;
use super::frame::Frame;
use super::node::Node;
use crate::sync::per_thread;

/// The current mapping of a thread, in the form that reads need.
///
/// In a frame without entries it is the mapping's topmost node, or null. In a frame with entries
/// (guards, a swap) it is the thread's [`cover`]: there a value may be released while it is being
/// read, so reads record a hazard (`hazard.rs`).
#[derive(Clone, Copy)]
pub(super) struct Head(*const Node);

impl Head {
    /// The mapping of a frame without entries.
    #[inline(always)]
    pub(super) const fn plain(node: *const Node) -> Head {
        Head(node)
    }

    /// The mapping of a frame with entries.
    #[inline(always)]
    pub(super) fn covered() -> Head {
        Head(cover())
    }

    /// The mapping `node` of a frame whose newest entry is `newest`, or null.
    #[inline(always)]
    pub(super) fn of(node: *const Node, newest: *const Entry) -> Head {
        if newest.is_null() { Head::plain(node) } else { Head::covered() }
    }

    /// The topmost node of the mapping, or null, or the cover.
    #[inline(always)]
    pub(super) fn top(self) -> *const Node {
        self.0
    }
}

/// `head` and `frame` are not adjacent: otherwise LLVM saves both with one 16-byte move through the
/// stack instead of in two registers, which costs about a nanosecond per poll in store forwarding.
#[repr(C)]
pub(super) struct Thread {
    /// The current mapping: the draft's `[[AsyncContextMapping]]`.
    pub(super) head: Cell<Head>,
    /// The frame outside every `run` and every poll.
    pub(super) root: Frame,
    /// The innermost frame; null: the root.
    pub(super) frame: Cell<*const Frame>,
}

impl Thread {
    const fn new() -> Thread {
        Thread { head: Cell::new(Head::plain(ptr::null())), root: Frame::of_run(), frame: Cell::new(ptr::null()) }
    }

    /// The running frame: the innermost one.
    #[inline(always)]
    pub(super) fn running(&self) -> *const Frame {
        let frame = self.frame.get();
        if frame.is_null() { &self.root } else { frame }
    }

    /// The topmost node of the current mapping, or null.
    pub(super) fn shown(&self) -> *const Node {
        let top = self.head.get().top();
        // SAFETY: the current head is live, and so is the cover.
        if !top.is_null() && unsafe { (*top).is_cover() } { self.beneath_cover() } else { top }
    }

    /// The same in a frame with entries: the mapping of the newest entry.
    #[cold]
    pub(super) fn beneath_cover(&self) -> *const Node {
        // SAFETY: a frame is live while it runs, and so are its entries; under a cover, there is
        // one.
        unsafe { (*(*self.running()).top.get().entry()).shown() }
    }
}

per_thread! {
    static THREAD: Thread = Thread::new();
}

/// Calls `f` with the thread's slot.
#[inline(always)]
pub(super) fn thread<R>(f: impl FnOnce(&Thread) -> R) -> R {
    THREAD.with(f)
}

/// The thread's slot as a pointer, for code that calls user code in between.
///
/// It is valid until the thread ends: the slot has no destructor.
#[inline(always)]
pub(super) fn slot() -> *const Thread {
    THREAD.with(ptr::from_ref)
}
