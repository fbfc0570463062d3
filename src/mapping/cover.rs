//! The cover: the head in frames with entries, in place of a node of the mapping.
//!
//! In a frame with entries (guards, a swap), the running code may release the value that it reads,
//! by dropping a guard or by swapping. There the thread's head is the cover: it is not a binding,
//! its mask has every bit, it is not owned, and it is longer than any chain. The fast paths of a
//! read, of a capture and of a new binding therefore each end there, in a test that they make
//! anyway, and the slow paths continue with the mapping that it covers
//! ([`Thread::beneath_cover`](super::thread::Thread::beneath_cover)). Nothing rests on the cover,
//! and it is neither counted nor freed.

use std::ptr;

use super::key::NO_ID;
use super::node::{Kind, Node};
use crate::sync::{AtomicPtr, AtomicU32, Cell, per_thread};

/// The length of a cover. No chain is as long.
const COVER: u16 = u16::MAX;

per_thread! {
    static THE_COVER: Node = Node {
        key: NO_ID,
        parent: Cell::new(ptr::null()),
        bloom: Cell::new(u32::MAX),
        len: Cell::new(COVER),
        owned: Cell::new(false),
        kind: Kind::Binding,
        free: |_| {},
        link: AtomicU32::new(0),
        val: AtomicU32::new(0),
        flat: AtomicPtr::new(ptr::null_mut()),
        #[cfg(debug_assertions)]
        read: Cell::new(false),
    };
}

/// The calling thread's cover.
#[inline(always)]
pub(super) fn cover() -> *const Node {
    THE_COVER.with(ptr::from_ref)
}

impl Node {
    /// Whether this is a [`cover`].
    #[inline(always)]
    pub(super) fn is_cover(&self) -> bool {
        self.len.get() == COVER
    }
}
