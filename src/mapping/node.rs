//! The header of each node of a chain, and its two counts.

use std::ptr;

#[cfg(debug_assertions)]
use super::last_binding;
use crate::sync::{AtomicPtr, AtomicU32, Cell, Ordering};

/// The contents of a node, after its header.
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

/// A node: one step of a chain. [`docs::internal`](crate::docs::internal) has diagrams.
///
/// It has three states, in this order. (A node made by `Variable::scope` is *unstarted* first, see
/// `start.rs`.)
///
/// 1. *Borrowing*: only the thread that runs the node's scope has a pointer to it, and may write
///    `parent`, `bloom`, `len` and `owned`. Both counts are 1.
/// 2. *Owned*: these four fields are frozen. Other threads write only `link`, `val` and `flat`.
/// 3. *Value only*: the last link was given up. The parent was released; it and `link` are not read
///    any more.
#[repr(C)]
pub(super) struct Node {
    /// The variable's id; [`NO_ID`] in segments and maps, except in an `absence` (`steps.rs`).
    pub(super) key: u64,
    /// The node beneath, or null. Borrowed from the enclosing scopes until this node is `owned`;
    /// then a link reference that the links of this node hold.
    pub(super) parent: Cell<*const Node>,
    /// The Bloom mask: the bits of all keys bound here or beneath, and possibly more.
    pub(super) bloom: Cell<u32>,
    /// Set once, by the thread that runs the scope, before the node is shared.
    pub(super) owned: Cell<bool>,
    pub(super) kind: Kind,
    /// The number of bindings that a walk from here passes, at most.
    ///
    /// Not directly before the two fields above: at an address that is a multiple of four the
    /// compiler reads them together as a word, which waits for all three stores of a new node.
    pub(super) len: Cell<u16>,
    /// Drops the contents and frees the allocation.
    pub(super) free: unsafe fn(*const Node),
    /// Link references: to this node as the head of a chain. As long as there are any, they
    /// together hold a link reference to the parent, one to `flat`, and one value reference to this
    /// node.
    pub(super) link: AtomicU32,
    /// Value references: to the value and the allocation.
    pub(super) val: AtomicU32,
    /// The cache: the mapping of this chain as one map node; or, in a map node, the mapping without
    /// uninherited variables (`inherit.rs`). Set once, to a link reference that the links of this
    /// node hold. Before that null, or `ASKED`.
    pub(super) flat: AtomicPtr<Node>,
    /// Debug builds: whether the value was read. Not written any more once the node is owned.
    #[cfg(debug_assertions)]
    pub(super) read: Cell<bool>,
}

/// In `flat` before a map: a short form of the mapping was asked for once.
const ASKED: *mut Node = ptr::without_provenance_mut(1);

/// The chain that a new node rests on, with its mask and length.
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

/// The Bloom bit of a key. Ids are sequential, so they spread evenly; those of uninherited
/// variables share one bit.
#[inline(always)]
pub(super) const fn bit(key: u64) -> u32 {
    1 << (key & 31)
}

/// Counts one more reference.
///
/// Relaxed: the caller already holds a reference, so nothing is freed in the meantime, and passing
/// the new one to another thread synchronizes. As in `Arc`, a count that could overflow aborts the
/// process: only a program that keeps forgetting references reaches it.
#[inline(always)]
pub(super) fn one_more(count: &AtomicU32) {
    if count.fetch_add(1, Ordering::Relaxed) > u32::MAX / 2 {
        std::process::abort();
    }
}

/// Returns `node` with one more link reference; null stays null.
///
/// # Safety
///
/// `node` is null, or live and owned.
#[inline(always)]
pub(super) unsafe fn linked(node: *const Node) -> *const Node {
    if !node.is_null() {
        // SAFETY: the caller's promise.
        one_more(unsafe { &(*node).link });
    }
    node
}

impl Node {
    /// A header with one link reference and one value reference.
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
        // in place, so that the struct is not copied
        node.bloom = Cell::new(base.bloom | bit(key));
        node.len = Cell::new(base.len + 1);
        node
    }

    /// The cached map, or null.
    #[inline]
    pub(super) fn flat(&self, order: Ordering) -> *const Node {
        match self.flat.load(order) {
            ASKED => ptr::null(),
            flat => flat,
        }
    }

    /// Caches `map` as [`flat`](Self::flat). If another thread was first, returns its map.
    ///
    /// Release publishes the map to threads that read it with Acquire, here or by `flat`.
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

    /// Whether this was called before, or a map is cached. Only a hint, so nothing is ordered by
    /// it.
    pub(super) fn is_asked_again(&self) -> bool {
        self.flat.compare_exchange(ptr::null_mut(), ASKED, Ordering::Relaxed, Ordering::Relaxed).is_err()
    }

    /// Changes the chain that a borrowing node rests on.
    ///
    /// The caller runs the node's scope, and the node is not owned, so no other thread accesses
    /// these fields.
    #[inline]
    pub(super) fn rest_on(&self, base: Base) {
        self.parent.set(base.parent);
        self.bloom.set(base.bloom | bit(self.key));
        self.len.set(base.len + 1);
    }

    /// Notes that the value is read on this thread.
    #[cfg(debug_assertions)]
    pub(super) fn note_read(&self) {
        if !self.owned.get() {
            self.read.set(true);
        }
    }

    /// Notes that the scope or the guard that made the node has ended.
    #[inline(always)]
    pub(super) fn note_ended(&self) {
        #[cfg(debug_assertions)]
        last_binding::ended(self.key, ptr::from_ref(self).addr(), self.owned.get() || self.read.get());
    }
}
