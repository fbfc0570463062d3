//! The header of each step of a chain of bindings, and its two counts.

use std::ptr;

#[cfg(debug_assertions)]
use super::last_binding;
use crate::sync::{AtomicPtr, AtomicU32, Cell, Ordering};

/// What follows the header in a node's allocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    /// One value: a `Bound<T>`, or a `Guarded<T>` that starts with one.
    Binding,
    /// References to several values, over a parent: a `Segment`.
    Segment,
    /// A persistent map of references to values, without a parent: a `MapNode`.
    Map,
}

/// One step of a chain of bindings. See the module's overview for the picture.
///
/// Three states, in this order:
///
/// 1. *Borrowing*: only the thread that runs the node's scope has a pointer to
///    it, and may write `parent`, `bloom`, `len` and `owned`. Both counts are 1.
/// 2. *Owned*: those four are frozen. Other threads touch `link`, `val` and
///    `flat`, and read the rest.
/// 3. *Value only*: `link` is 0. The parent is gone and no longer read.
#[repr(C)]
pub(super) struct Node {
    /// The variable's id; [`NO_ID`] in a segment and in a map.
    pub(super) key: u64,
    /// What is beneath, or null. Borrowed from the enclosing scopes until
    /// `owned`, then a link reference that this node's own link holds.
    pub(super) parent: Cell<*const Node>,
    /// A bit for every key bound here or above it in the chain's tail: a superset.
    pub(super) bloom: Cell<u32>,
    /// How many bindings a walk from here passes, at most.
    pub(super) len: Cell<u16>,
    /// Set once, by the thread that runs the scope, before the node is shared.
    pub(super) owned: Cell<bool>,
    pub(super) kind: Kind,
    /// Drops what follows the header and frees the allocation.
    pub(super) free: unsafe fn(*const Node),
    /// References to this node as the head of a chain. While there is one, they
    /// hold the parent, `flat`, and together one `val`.
    pub(super) link: AtomicU32,
    /// References to the value and the allocation.
    pub(super) val: AtomicU32,
    /// This very mapping as one map node, and in a map that without its uninherited variables
    /// (`inherit.rs`): made once and never changed again; a link reference that this node's
    /// link holds. Before that null, or `ASKED`.
    pub(super) flat: AtomicPtr<Node>,
    /// Debug builds: was the value read? Not written any more once it is owned.
    #[cfg(debug_assertions)]
    pub(super) read: Cell<bool>,
}

/// In place of a map: a short form of the mapping was asked for, once.
const ASKED: *mut Node = ptr::without_provenance_mut(1);

/// What a new node rests on.
#[derive(Clone, Copy)]
pub(super) struct Base {
    pub(super) parent: *const Node,
    pub(super) bloom: u32,
    pub(super) len: u16,
}

impl Base {
    pub(super) const NOTHING: Base = Base { parent: ptr::null(), bloom: 0, len: 0 };

    /// # Safety
    ///
    /// `parent` is null or the live head of a chain.
    #[inline(always)]
    pub(super) unsafe fn of(parent: *const Node) -> Base {
        if parent.is_null() {
            return Base::NOTHING;
        }
        // SAFETY: the caller's promise.
        let node = unsafe { &*parent };
        Base { parent, bloom: node.bloom.get(), len: node.len.get() }
    }
}

/// The bloom bit of a key. Ids are given out in sequence, so they spread evenly; those of
/// uninherited variables have one bit together.
#[inline(always)]
pub(super) const fn bit(key: u64) -> u32 {
    1 << (key & 31)
}

/// One more reference.
///
/// Relaxed: the caller holds a reference already, so nothing can be freed
/// meanwhile, and handing the new one to another thread synchronises by itself.
/// As in `Arc`, a count that could overflow ends the process: only a program
/// that forgets references without end can get there.
#[inline(always)]
pub(super) fn one_more(count: &AtomicU32) {
    if count.fetch_add(1, Ordering::Relaxed) > u32::MAX / 2 {
        std::process::abort();
    }
}

/// `node` with one more link reference; null stays null.
///
/// # Safety
///
/// `node` is null or live and owned.
#[inline(always)]
pub(super) unsafe fn linked(node: *const Node) -> *const Node {
    if !node.is_null() {
        // SAFETY: the caller's promise.
        one_more(unsafe { &(*node).link });
    }
    node
}

impl Node {
    /// A header with one link and one value reference.
    #[inline(always)]
    pub(super) fn new(key: u64, kind: Kind, base: Base, owned: bool, free: unsafe fn(*const Node)) -> Node {
        Node {
            key,
            parent: Cell::new(base.parent),
            bloom: Cell::new(base.bloom),
            len: Cell::new(base.len),
            owned: Cell::new(owned),
            kind,
            free,
            link: AtomicU32::new(1),
            val: AtomicU32::new(1),
            flat: AtomicPtr::new(ptr::null_mut()),
            #[cfg(debug_assertions)]
            read: Cell::new(false),
        }
    }

    #[inline(always)]
    pub(super) fn binding(key: u64, base: Base, free: unsafe fn(*const Node)) -> Node {
        let mut node = Node::new(key, Kind::Binding, base, false, free);
        // in place, so that no third struct is built
        node.bloom = Cell::new(base.bloom | bit(key));
        node.len = Cell::new(base.len + 1);
        node
    }

    /// The map that is kept here, if it was made; else null.
    #[inline]
    pub(super) fn flat(&self, order: Ordering) -> *const Node {
        match self.flat.load(order) {
            ASKED => ptr::null(),
            flat => flat,
        }
    }

    /// Keeps `map` as [`flat`](Self::flat). If another thread was first: that one's map.
    ///
    /// Release publishes the map to whoever reads it with Acquire, here or by `flat`.
    pub(super) fn set_flat(&self, map: *const Node) -> Result<(), *const Node> {
        let mut before = ptr::null_mut();
        loop {
            match self.flat.compare_exchange(before, map.cast_mut(), Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Ok(()),
                Err(ASKED) if before != ASKED => before = ASKED,
                Err(theirs) => return Err(theirs),
            }
        }
    }

    /// Was this asked before, or is the map there? Only a hint, so nothing is ordered by it.
    pub(super) fn is_asked_again(&self) -> bool {
        self.flat.compare_exchange(ptr::null_mut(), ASKED, Ordering::Relaxed, Ordering::Relaxed).is_err()
    }

    /// Changes what a borrowing node rests on.
    ///
    /// The caller runs the node's scope and the node is not owned yet, so no
    /// other thread has a pointer to it.
    #[inline]
    pub(super) fn rest_on(&self, base: Base) {
        self.parent.set(base.parent);
        self.bloom.set(base.bloom | bit(self.key));
        self.len.set(base.len + 1);
    }

    /// The value is read on this thread.
    #[cfg(debug_assertions)]
    pub(super) fn note_read(&self) {
        if !self.owned.get() {
            self.read.set(true);
        }
    }

    /// The scope or the guard that made the node has ended.
    #[inline(always)]
    pub(super) fn note_ended(&self) {
        #[cfg(debug_assertions)]
        last_binding::ended(self.key, ptr::from_ref(self).addr(), self.owned.get() || self.read.get());
    }
}
