//! The thread's slot: its current mapping and what the running scopes need.
//!
//! The slot is `const`-initialised and has no destructor, so it can be read and
//! written at any moment of a thread's life, also from the destructors of other
//! thread-locals, and costs no check. What a thread's root still holds when the
//! thread ends is let go by a second thread-local, the reaper (see `close.rs`).

use std::cell::Cell;
use std::ptr;

use super::beside::Entered;
use super::frame::Frame;
use super::lookup::Pin;
use super::node::Node;
use super::pool::Pool;

/// The current mapping of a thread: its topmost node, or null, and one flag.
///
/// The flag (the pointer's lowest bit) says that the running frame has entries,
/// which are guards or a swapped-in mapping. Then what a read finds may be let go
/// while it is being read, so reads pin it (`lookup.rs`).
#[derive(Clone, Copy)]
pub(super) struct Head(*const Node);

const _: () = assert!(align_of::<Node>() > 1, "the flag needs a free bit");

impl Head {
    const ENTRIES: usize = 1;

    /// The mapping of a frame without entries.
    #[inline(always)]
    pub(super) const fn plain(node: *const Node) -> Head {
        Head(node)
    }

    #[inline(always)]
    pub(super) fn new(node: *const Node, entries: bool) -> Head {
        Head(node.map_addr(|a| a | usize::from(entries)))
    }

    #[inline(always)]
    pub(super) fn node(self) -> *const Node {
        self.0.map_addr(|a| a & !Self::ENTRIES)
    }

    /// The topmost node, if there is one and the frame has no entries: what a read needs
    /// to know first, in one test. Rotated, the flag is the sign.
    #[inline(always)]
    pub(super) fn bare(self) -> Option<*const Node> {
        (self.0.addr().rotate_right(1).cast_signed() > 0).then_some(self.0)
    }

    #[inline(always)]
    pub(super) fn has_entries(self) -> bool {
        self.0.addr() & Self::ENTRIES != 0
    }
}

/// `head` and `frame` are kept apart: side by side, LLVM saves both with one
/// 16-byte move through the stack instead of two registers, which costs about a
/// nanosecond per poll in store forwarding.
#[repr(C)]
pub(super) struct Thread {
    /// The current mapping: the draft's `[[AsyncContextMapping]]`.
    pub(super) head: Cell<Head>,
    /// The innermost read that had to pin what it reads.
    pub(super) pins: Cell<*const Pin>,
    /// The innermost frame; null: the root.
    pub(super) frame: Cell<*const Frame>,
    /// What is entered outside every `run` and every poll.
    pub(super) root: Frame,
    /// The next id for a frame's list of entries, from this thread's block of ids.
    pub(super) ids: Cell<u64>,
    /// How many frees of values are nested in each other right now.
    pub(super) depth: Cell<u32>,
    /// Values that wait to be freed by the outermost of those, linked by `parent`.
    pub(super) queue: Cell<*const Node>,
    /// What is held for the innermost frame that has foreign context beside it.
    pub(super) beside: Cell<*const Entered>,
    /// Memory for the next bindings.
    pub(super) pool: Pool,
}

impl Thread {
    const fn new() -> Thread {
        Thread {
            head: Cell::new(Head::plain(ptr::null())),
            pins: Cell::new(ptr::null()),
            frame: Cell::new(ptr::null()),
            root: Frame::of_run(),
            ids: Cell::new(0),
            depth: Cell::new(0),
            queue: Cell::new(ptr::null()),
            beside: Cell::new(ptr::null()),
            pool: Pool::new(),
        }
    }

    /// The frame that runs: the innermost one.
    #[inline(always)]
    pub(super) fn running(&self) -> *const Frame {
        let frame = self.frame.get();
        if frame.is_null() { &self.root } else { frame }
    }
}

#[cfg(not(loom))]
thread_local! {
    static THREAD: Thread = const { Thread::new() };
}
#[cfg(loom)]
loom::thread_local! {
    static THREAD: Thread = Thread::new();
}

/// Hands the thread's slot to `f`.
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
