//! The kinds of node: a header, followed by one value, several, or a map of a whole mapping.

use std::hash::{BuildHasherDefault, Hasher};
use std::mem::needs_drop;
use std::ptr;

/// The thread sanitizer does not support fences (`sync.rs`), and triomphe's `Arc` uses one. `std`'s
/// uses none under the sanitizer.
#[cfg(tsan)]
use archery::ArcK as Pointer;
#[cfg(not(tsan))]
use archery::ArcTK as Pointer;

use super::key::NO_ID;
use super::last_binding;
use super::node::{Base, Kind, Node, bit};
use super::pool;
use super::release::{Chain, Value, in_turn};

/// One binding.
#[repr(C)]
pub(super) struct Bound<T> {
    node: Node,
    pub(super) value: T,
}

/// References to several values in one node, as for the bindings above a removed one.
#[repr(C)]
pub(super) struct Segment {
    node: Node,
    pub(super) entries: Vec<(u64, Value)>,
}

/// A whole mapping in one node.
#[repr(C)]
pub(super) struct MapNode {
    node: Node,
    pub(super) map: Map,
}

/// The persistent map of a folded mapping. It holds value references and no links, so a node and
/// the map cached in it form no cycle.
pub(super) type Map = rpds::HashTrieMap<u64, Value, Pointer, BuildHasherDefault<IdHasher>>;

pub(super) fn empty_map() -> Map {
    Map::new_with_hasher_and_ptr_kind(BuildHasherDefault::default())
}

/// Spreads ids, which are sequential, over the bits that the trie uses.
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

// A pointer to a header is a pointer to the whole node: `repr(C)` puts the header first, and the
// pointer was made for the whole, so it may access all of it.

/// Moves `whole` into memory of its own.
#[inline(always)]
fn made<B>(whole: B) -> *mut B {
    let block: *mut B = pool::take();
    // SAFETY: the block is memory for a `B`, and not in use.
    unsafe { block.write(whole) };
    block
}

/// Drops the contents of a node, and returns its memory to the pool. Counts as a nested free if
/// there is something to drop, since that may free further nodes.
///
/// # Safety
///
/// As for [`free`](super::release::free), and `node` is the header of a `B`.
pub(super) unsafe fn unmade_in_turn<B>(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe { if needs_drop::<B>() { in_turn(node, unmade::<B>) } else { unmade::<B>(node) } }
}

/// The same, but not counted as a nested free.
///
/// # Safety
///
/// As for [`free`](super::release::free), and `node` is the header of a `B`.
#[inline(always)]
unsafe fn unmade<B>(node: *const Node) {
    struct Back<B>(*mut B);
    impl<B> Drop for Back<B> {
        fn drop(&mut self) {
            // SAFETY: the caller's promise; the contents were dropped.
            unsafe { pool::give(self.0) }
        }
    }
    let back = Back(node.cast_mut().cast::<B>());
    // SAFETY: the caller's promise. `back` returns the memory, even if the drop panics.
    unsafe { ptr::drop_in_place(back.0) }
}

/// The same as [`free`](super::release::free) where the type is known: without an indirect call.
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

/// Writes a borrowing node to `block`, and returns it.
///
/// # Safety
///
/// `block` comes from [`pool::take`], and is the new node's from now on.
#[inline(always)]
pub(super) unsafe fn bound<T>(block: *mut Bound<T>, key: u64, base: Base, value: T) -> *const Node
where
    T: Send + Sync + 'static,
{
    // SAFETY: the caller's promise.
    unsafe { block.write(Bound::new(key, base, unmade_in_turn::<Bound<T>>, value)) };
    block.cast_const().cast()
}

/// The values of a new segment.
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

    /// The chain `tail`, which binds none of the keys, with a segment of these values on top, if
    /// there are any.
    pub(super) fn over(self, tail: Chain) -> Chain {
        if self.list.is_empty() {
            return tail;
        }
        // SAFETY: the new node takes over the link reference to the tail, and the result the new
        // node's own.
        unsafe {
            let mut base = Base::of(tail.into_raw());
            base.bloom |= self.bloom;
            base.len += self.list.len() as u16; // at most `SHORT`, see `ownership.rs`
            let node = Node::new(NO_ID, Kind::Segment, base, true, unmade_in_turn::<Segment>);
            Chain::from_raw(made(Segment { node, entries: self.list }).cast_const().cast())
        }
    }
}

/// An owned segment without entries, whose `key` is that of a variable to hide. It is in no chain
/// that is searched.
pub(super) fn absence(key: u64) -> Chain {
    let node = Node::new(key, Kind::Segment, Base::NOTHING, true, unmade_in_turn::<Segment>);
    // SAFETY: the node is owned, and the result takes over its only link reference.
    unsafe { Chain::from_raw(made(Segment { node, entries: Vec::new() }).cast_const().cast()) }
}

/// An owned node of a whole mapping.
pub(super) fn map_node(map: Map, bloom: u32) -> Chain {
    let base = Base { parent: ptr::null(), bloom, len: 1 };
    let node = Node::new(NO_ID, Kind::Map, base, true, unmade_in_turn::<MapNode>);
    // SAFETY: the node is owned, and the result takes over its only link reference.
    unsafe { Chain::from_raw(made(MapNode { node, map }).cast_const().cast()) }
}

/// The entries of a segment.
///
/// # Safety
///
/// `node` is live for `'a` and its kind is [`Kind::Segment`].
pub(super) unsafe fn entries_of<'a>(node: *const Node) -> &'a [(u64, Value)] {
    // SAFETY: the kind determines the type of the allocation.
    unsafe { &(*node.cast::<Segment>()).entries }
}

/// The map of a map node.
///
/// # Safety
///
/// `node` is live for `'a` and its kind is [`Kind::Map`].
pub(super) unsafe fn map_of<'a>(node: *const Node) -> &'a Map {
    // SAFETY: the kind determines the type of the allocation.
    unsafe { &(*node.cast::<MapNode>()).map }
}
