//! What a mapping is made of: nodes, and references to a node's value.

use std::mem::needs_drop;
use std::ptr;

use super::entry::Entry;
use super::fold::Map;
use super::key::NO_ID;
use super::latest;
use super::pool;
use super::release::{in_turn, release_value};
use crate::sync::{AtomicPtr, AtomicU32, Cell, Ordering, per_thread};

/// What follows the header in a node's allocation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Kind {
    /// One value: a [`Bound<T>`], or a [`Guarded<T>`] that starts with one.
    Binding,
    /// References to several values, over a parent: a [`Segment`].
    Segment,
    /// A persistent map of references to values, without a parent: a [`MapNode`].
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
    free: unsafe fn(*const Node),
    /// References to this node as the head of a chain. While there is one, they
    /// hold the parent, `flat`, and together one `val`.
    pub(super) link: AtomicU32,
    /// References to the value and the allocation.
    pub(super) val: AtomicU32,
    /// This very mapping as one map node, and in a map that without its uninherited variables
    /// (`inherit.rs`): made once and never changed again; a link reference that this node's
    /// link holds. Before that null, or `ASKED`.
    flat: AtomicPtr<Node>,
    /// Debug builds: was the value read? Not written any more once it is owned.
    #[cfg(debug_assertions)]
    pub(super) read: Cell<bool>,
}

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

/// What stands for a mapping where the plain way through it must not be taken.
///
/// It is no binding, and its mask says of everything that it may be bound beneath; it is
/// not owned, and longer than any chain. So the plain way of a read, of a capture and of a
/// new binding each end at it in a test that they make anyway, and ask only there. Nothing
/// rests on it, and no one counts or frees it.
#[inline(always)]
pub(super) fn cover() -> *const Node {
    THE_COVER.with(ptr::from_ref)
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

impl Node {
    /// A header with one link and one value reference.
    #[inline(always)]
    fn new(key: u64, kind: Kind, base: Base, owned: bool, free: unsafe fn(*const Node)) -> Node {
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
    fn binding(key: u64, base: Base, free: unsafe fn(*const Node)) -> Node {
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

    /// Is this a [`cover`]?
    #[inline(always)]
    pub(super) fn is_cover(&self) -> bool {
        self.len.get() == COVER
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
}

/// Drops what follows the header, the value among it, and frees the memory.
///
/// # Safety
///
/// `node` is live, no one else has a reference to it, and no one uses it again.
#[inline(always)]
pub(super) unsafe fn free(node: *const Node) {
    // SAFETY: the caller's promise; `free` was chosen together with the layout.
    unsafe {
        latest::freed((*node).key, node);
        ((*node).free)(node)
    }
}

/// A binding made by `run`.
#[repr(C)]
pub(super) struct Bound<T> {
    node: Node,
    pub(super) value: T,
}

/// A binding made by a guard, with what its scope knows about it.
#[repr(C)]
pub(super) struct Guarded<T> {
    bound: Bound<T>,
    pub(super) entry: Entry,
}

/// Several values in one step, for a chain that skips over what is shadowed.
#[repr(C)]
pub(super) struct Segment {
    node: Node,
    pub(super) entries: Vec<(u64, Value)>,
}

/// A whole mapping in one step.
#[repr(C)]
pub(super) struct MapNode {
    node: Node,
    pub(super) map: Map,
}

// A pointer to a header is a pointer to the whole: `repr(C)` puts it first, and the
// pointers come from `made` for the whole, so they may reach all of it.

/// `whole` in memory of its own.
#[inline(always)]
fn made<B>(whole: B) -> *mut B {
    let block: *mut B = pool::take();
    // SAFETY: memory for a `B`, and no one else's.
    unsafe { block.write(whole) };
    block
}

/// Drops what is in a block of memory, and gives that back. Where the drop of a value may
/// free further nodes, it is counted as one of those that nest.
///
/// # Safety
///
/// As for [`free`], and `node` is the header of a `B`.
unsafe fn unmade_in_turn<B>(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe { if needs_drop::<B>() { in_turn(node, unmade::<B>) } else { unmade::<B>(node) } }
}

/// The same, not counted.
///
/// # Safety
///
/// As for [`free`], and `node` is the header of a `B`.
#[inline(always)]
unsafe fn unmade<B>(node: *const Node) {
    struct Back<B>(*mut B);
    impl<B> Drop for Back<B> {
        fn drop(&mut self) {
            // SAFETY: the caller's promise; what was there is dropped.
            unsafe { pool::give(self.0) }
        }
    }
    let back = Back(node.cast_mut().cast::<B>());
    // SAFETY: the caller's promise. The memory goes back also if the value's drop panics.
    unsafe { ptr::drop_in_place(back.0) }
}

/// The same as [`free`] where the type is known: no call through a pointer.
///
/// # Safety
///
/// As for [`free`], and `node` was made by [`bound::<T>`](bound).
#[inline(always)]
pub(super) unsafe fn free_as<T>(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        latest::freed((*node).key, node);
        unmade::<Bound<T>>(node)
    }
}

/// A borrowing node, in `block`.
///
/// # Safety
///
/// `block` comes from [`pool::take`] and is given away.
#[inline(always)]
pub(super) unsafe fn bound<T>(block: *mut Bound<T>, key: u64, base: Base, value: T) -> *const Node
where
    T: Send + Sync + 'static,
{
    let node = Node::binding(key, base, unmade_in_turn::<Bound<T>>);
    // SAFETY: the caller's promise.
    unsafe { block.write(Bound { node, value }) };
    block.cast_const().cast()
}

/// A borrowing node with an entry, in `block`.
///
/// # Safety
///
/// As for [`bound`].
#[inline(always)]
pub(super) unsafe fn guarded<T>(block: *mut Guarded<T>, key: u64, base: Base, value: T, entry: Entry) -> *const Node
where
    T: Send + Sync + 'static,
{
    let node = Node::binding(key, base, unmade_in_turn::<Guarded<T>>);
    let entry = Entry { node: block.cast_const().cast(), ..entry };
    // SAFETY: the caller's promise.
    unsafe { block.write(Guarded { bound: Bound { node, value }, entry }) };
    block.cast_const().cast()
}

/// An owned segment over `tail`, whose link reference it takes over.
///
/// # Safety
///
/// `tail` is null or an owned chain of which the caller gives away one link
/// reference, and binds none of the entries' keys; `bloom` covers those.
pub(super) unsafe fn segment(entries: Vec<(u64, Value)>, bloom: u32, tail: *const Node) -> *const Node {
    // SAFETY: the caller's promise.
    let mut base = unsafe { Base::of(tail) };
    base.bloom |= bloom;
    base.len += entries.len() as u16; // at most `SHORT`, see `own.rs`
    let node = Node::new(NO_ID, Kind::Segment, base, true, unmade_in_turn::<Segment>);
    made(Segment { node, entries }).cast_const().cast()
}

/// An owned segment without entries, that has the key whose absence it stands for. It is in no
/// chain that is searched.
pub(super) fn absence(key: u64) -> *const Node {
    let node = Node::new(key, Kind::Segment, Base::NOTHING, true, unmade_in_turn::<Segment>);
    made(Segment { node, entries: Vec::new() }).cast_const().cast()
}

/// An owned node that is a whole mapping.
pub(super) fn map_node(map: Map, bloom: u32) -> *const Node {
    let base = Base { parent: ptr::null(), bloom, len: 1 };
    let node = Node::new(NO_ID, Kind::Map, base, true, unmade_in_turn::<MapNode>);
    made(MapNode { node, map }).cast_const().cast()
}

/// The entries of a segment.
///
/// # Safety
///
/// `node` is live for `'a` and its kind is [`Kind::Segment`].
pub(super) unsafe fn entries_of<'a>(node: *const Node) -> &'a [(u64, Value)] {
    // SAFETY: the kind says what the allocation is.
    unsafe { &(*node.cast::<Segment>()).entries }
}

/// The map of a map node.
///
/// # Safety
///
/// `node` is live for `'a` and its kind is [`Kind::Map`].
pub(super) unsafe fn map_of<'a>(node: *const Node) -> &'a Map {
    // SAFETY: the kind says what the allocation is.
    unsafe { &(*node.cast::<MapNode>()).map }
}

/// A counted reference to a node's value alone: it keeps nothing else alive.
pub(super) struct Value(*const Node);

impl Value {
    /// One more reference to the value of `node`.
    ///
    /// # Safety
    ///
    /// `node` is a live, owned binding.
    #[inline]
    pub(super) unsafe fn of(node: *const Node) -> Value {
        // SAFETY: the caller's promise.
        one_more(unsafe { &(*node).val });
        Value(node)
    }

    /// Takes over a reference that the caller holds.
    ///
    /// # Safety
    ///
    /// The caller holds a value reference to `node` and gives it away.
    #[inline]
    pub(super) unsafe fn from_raw(node: *const Node) -> Value {
        Value(node)
    }

    #[inline(always)]
    pub(super) fn node(&self) -> *const Node {
        self.0
    }
}

impl Clone for Value {
    fn clone(&self) -> Value {
        // SAFETY: `self` keeps the node live; only owned nodes have a `Value`.
        unsafe { Value::of(self.0) }
    }
}

impl Drop for Value {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this reference is given up, once.
        unsafe { release_value(self.0) }
    }
}
