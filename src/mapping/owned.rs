//! Typed pointers to owned nodes, which are read without `unsafe`.

use std::iter;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

use super::find::find;
use super::node::{Kind, Node, linked};
use super::release::{Chain, Value};
use super::steps::{Map, entries_of, map_of};
use crate::sync::Ordering;

/// An owned node to which a link reference is held for `'a`.
///
/// An owned node is frozen, and the link keeps its whole chain alive, so reads need no further
/// argument.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a>(NonNull<Node>, PhantomData<&'a Chain>);

/// The contents of one node.
pub(super) enum Held<'a> {
    One(ValueRef<'a>),
    Several(&'a [(u64, Value)]),
    /// The whole mapping: such a node has no parent.
    All(&'a Map),
}

/// A [`Value`] that is not counted, but borrowed from its node.
pub(super) struct ValueRef<'a>(ManuallyDrop<Value>, PhantomData<&'a Value>);

impl Deref for ValueRef<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Chain {
    pub(super) fn head(&self) -> Option<Owned<'_>> {
        // SAFETY: the chain is owned, and `self` holds a link reference to it.
        unsafe { Owned::new(self.node()) }
    }
}

impl<'a> Owned<'a> {
    /// Returns `None` for null.
    ///
    /// # Safety
    ///
    /// `node` is null, or an owned node to which a link reference is held for `'a`.
    pub(super) unsafe fn new(node: *const Node) -> Option<Owned<'a>> {
        Some(Owned(NonNull::new(node.cast_mut())?, PhantomData))
    }

    pub(super) fn as_ptr(self) -> *const Node {
        self.0.as_ptr()
    }

    fn header(self) -> &'a Node {
        // SAFETY: the link reference keeps the node live.
        unsafe { self.0.as_ref() }
    }

    /// The variable's id, if the node holds one value.
    pub(super) fn key(self) -> u64 {
        self.header().key
    }

    pub(super) fn bloom(self) -> u32 {
        self.header().bloom.get()
    }

    pub(super) fn len(self) -> u16 {
        self.header().len.get()
    }

    /// The node beneath.
    pub(super) fn parent(self) -> Option<Owned<'a>> {
        // SAFETY: the links of a node hold one to its parent, which is owned too.
        unsafe { Owned::new(self.header().parent.get()) }
    }

    /// This node and those beneath.
    pub(super) fn steps(self) -> impl Iterator<Item = Owned<'a>> {
        iter::successors(Some(self), |step| step.parent())
    }

    pub(super) fn held(self) -> Held<'a> {
        // SAFETY: the kind determines the type of the allocation, which the link keeps live. No
        // value reference is given up, since the `Value` is never dropped.
        unsafe {
            match self.header().kind {
                Kind::Binding => Held::One(ValueRef(ManuallyDrop::new(Value::from_raw(self.as_ptr())), PhantomData)),
                Kind::Segment => Held::Several(entries_of(self.as_ptr())),
                Kind::Map => Held::All(map_of(self.as_ptr())),
            }
        }
    }

    /// Whether `key` is bound in this chain.
    pub(super) fn binds(self, key: u64) -> bool {
        // SAFETY: the link keeps the chain live.
        unsafe { !find(self.as_ptr(), key).is_null() }
    }

    /// A new link reference to this chain.
    pub(super) fn chain(self) -> Chain {
        // SAFETY: the node is live and owned, so its chain is clean; the reference is new.
        unsafe { Chain::from_raw(linked(self.as_ptr())) }
    }

    /// A new link reference to the chain beneath.
    pub(super) fn chain_beneath(self) -> Chain {
        self.parent().map_or(Chain::EMPTY, Owned::chain)
    }

    /// The map that is cached in the node.
    pub(super) fn flat(self) -> Option<Owned<'a>> {
        // SAFETY: the map is owned, and the links of the node hold one to it.
        unsafe { Owned::new(self.header().flat(Ordering::Acquire)) }
    }

    /// Whether a map is cached in the node. Only a hint, so nothing is ordered by it.
    pub(super) fn has_flat(self) -> bool {
        !self.header().flat(Ordering::Relaxed).is_null()
    }

    /// Caches `map` in the node, and returns it. If another thread was first, returns its map,
    /// which shows the same.
    pub(super) fn keep_flat(self, map: Chain) -> Owned<'a> {
        let kept = match self.header().set_flat(map.node()) {
            Ok(()) => map.into_raw(),
            Err(theirs) => theirs,
        };
        // SAFETY: the cached map is owned and not null, and the links of the node hold one to it.
        unsafe { Owned(NonNull::new_unchecked(kept.cast_mut()), PhantomData) }
    }

    /// Whether this was called before, or a map is cached. Only a hint, so nothing is ordered by
    /// it.
    pub(super) fn is_asked_again(self) -> bool {
        self.header().is_asked_again()
    }
}
