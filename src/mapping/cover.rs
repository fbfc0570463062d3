//! The cover: what stands for a mapping where the plain way through it must not be taken.
//!
//! In a frame with entries (guards, a swapped-in mapping) the running code may let go of what
//! it reads, by dropping a guard or by swapping. There the thread's head is the cover. It is no
//! binding, and its mask says of everything that it may be bound beneath; it is not owned, and
//! longer than any chain. So the plain way of a read, of a capture and of a new binding each
//! end at it in a test that they make anyway, and only there look for what it covers
//! ([`Thread::beneath_cover`](super::thread::Thread::beneath_cover)). Nothing rests on it, and it is
//! neither counted nor freed.

use std::ptr;

use super::key::NO_ID;
use super::node::{Kind, Node};
use crate::sync::{AtomicPtr, AtomicU32, Cell, per_thread};

/// The length of a cover, which no chain comes near.
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
    /// Is this a [`cover`]?
    #[inline(always)]
    pub(super) fn is_cover(&self) -> bool {
        self.len.get() == COVER
    }
}
