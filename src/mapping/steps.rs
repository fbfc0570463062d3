//! The steps of a chain: a node's header, and behind it one value, several, or a map of a whole
//! mapping.

use std::hash::{BuildHasherDefault, Hasher};
use std::mem::needs_drop;
use std::ptr;

/// The thread sanitizer knows no fences (`sync.rs`), and triomphe's `Arc` has one. With the
/// sanitizer, `std`'s has none.
#[cfg(tsan)]
use archery::ArcK as Pointer;
#[cfg(not(tsan))]
use archery::ArcTK as Pointer;

use super::key::NO_ID;
use super::last_binding;
use super::node::{Base, Kind, Node, bit};
use super::pool;
use super::release::{Chain, Value, in_turn};

/// A binding made by `run`.
#[repr(C)]
pub(super) struct Bound<T> {
    node: Node,
    pub(super) value: T,
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

/// The persistent map of a folded mapping. It holds value references and never
/// links, so there is no cycle between a node and the map that is cached in it.
pub(super) type Map = rpds::HashTrieMap<u64, Value, Pointer, BuildHasherDefault<IdHasher>>;

pub(super) fn empty_map() -> Map {
    Map::new_with_hasher_and_ptr_kind(BuildHasherDefault::default())
}

/// Spreads ids, which are sequential, over the bits that the trie looks at.
#[derive(Clone, Default)]
pub(super) struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(self.0.rotate_left(8) ^ u64::from(byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
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
/// As for [`free`](super::release::free), and `node` is the header of a `B`.
pub(super) unsafe fn unmade_in_turn<B>(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe { if needs_drop::<B>() { in_turn(node, unmade::<B>) } else { unmade::<B>(node) } }
}

/// The same, not counted.
///
/// # Safety
///
/// As for [`free`](super::release::free), and `node` is the header of a `B`.
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

/// The same as [`free`](super::release::free) where the type is known: no call through a pointer.
///
/// # Safety
///
/// As for [`free`](super::release::free), and `node` was made by [`bound::<T>`](bound).
#[inline(always)]
pub(super) unsafe fn free_as<T>(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        last_binding::freed((*node).key, node.addr());
        unmade::<Bound<T>>(node)
    }
}

impl<T> Bound<T> {
    #[inline(always)]
    pub(super) fn new(key: u64, base: Base, free: unsafe fn(*const Node), value: T) -> Bound<T> {
        Bound { node: Node::binding(key, base, free), value }
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
    // SAFETY: the caller's promise.
    unsafe { block.write(Bound::new(key, base, unmade_in_turn::<Bound<T>>, value)) };
    block.cast_const().cast()
}

/// Values that are to stand in one step.
#[derive(Default)]
pub(super) struct Entries {
    list: Vec<(u64, Value)>,
    bloom: u32,
}

impl Entries {
    pub(super) fn of(key: u64, value: Value) -> Entries {
        Entries { list: vec![(key, value)], bloom: bit(key) }
    }

    pub(super) fn push(&mut self, key: u64, value: Value) {
        self.bloom |= bit(key);
        self.list.push((key, value));
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The chain `tail`, which binds none of the keys, with a segment of the values on top, if
    /// there are any.
    pub(super) fn over(self, tail: Chain) -> Chain {
        if self.list.is_empty() {
            return tail;
        }
        // SAFETY: the reference to the tail is the new node's, and that to the new node the result's.
        unsafe {
            let mut base = Base::of(tail.into_raw());
            base.bloom |= self.bloom;
            base.len += self.list.len() as u16; // at most `SHORT`, see `ownership.rs`
            let node = Node::new(NO_ID, Kind::Segment, base, true, unmade_in_turn::<Segment>);
            Chain::from_raw(made(Segment { node, entries: self.list }).cast_const().cast())
        }
    }
}

/// An owned segment without entries, that has the key whose absence it stands for. It is in no
/// chain that is searched.
pub(super) fn absence(key: u64) -> Chain {
    let node = Node::new(key, Kind::Segment, Base::NOTHING, true, unmade_in_turn::<Segment>);
    // SAFETY: the node is owned, and its one link reference is given away.
    unsafe { Chain::from_raw(made(Segment { node, entries: Vec::new() }).cast_const().cast()) }
}

/// An owned node that is a whole mapping.
pub(super) fn map_node(map: Map, bloom: u32) -> Chain {
    let base = Base { parent: ptr::null(), bloom, len: 1 };
    let node = Node::new(NO_ID, Kind::Map, base, true, unmade_in_turn::<MapNode>);
    // SAFETY: the node is owned, and its one link reference is given away.
    unsafe { Chain::from_raw(made(MapNode { node, map }).cast_const().cast()) }
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
