//! Owned nodes, which are read without `unsafe`.

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

/// An owned node of which a link reference is held for `'a`.
///
/// What is owned is frozen, and the link keeps the whole chain: so nothing is left to be proved
/// where it is read.
#[derive(Clone, Copy)]
pub(super) struct Owned<'a>(NonNull<Node>, PhantomData<&'a Chain>);

/// The values of one step.
pub(super) enum Held<'a> {
    One(ValueRef<'a>),
    Several(&'a [(u64, Value)]),
    /// All that is bound: such a step has no parent.
    All(&'a Map),
}

/// A [`Value`] that is not counted.
pub(super) struct ValueRef<'a>(ManuallyDrop<Value>, PhantomData<&'a Value>);

impl Deref for ValueRef<'_> {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Chain {
    pub(super) fn head(&self) -> Option<Owned<'_>> {
        // SAFETY: the chain is owned, and this holds a link reference.
        unsafe { Owned::new(self.node()) }
    }
}

impl<'a> Owned<'a> {
    /// `None` for null.
    ///
    /// # Safety
    ///
    /// `node` is null, or an owned node of which a link reference is held for `'a`.
    pub(super) unsafe fn new(node: *const Node) -> Option<Owned<'a>> {
        Some(Owned(NonNull::new(node.cast_mut())?, PhantomData))
    }

    pub(super) fn as_ptr(self) -> *const Node {
        self.0.as_ptr()
    }

    fn header(self) -> &'a Node {
        // SAFETY: the link keeps the node.
        unsafe { self.0.as_ref() }
    }

    /// The variable's id, if the step holds one value.
    pub(super) fn key(self) -> u64 {
        self.header().key
    }

    pub(super) fn bloom(self) -> u32 {
        self.header().bloom.get()
    }

    pub(super) fn len(self) -> u16 {
        self.header().len.get()
    }

    /// What lies beneath.
    pub(super) fn parent(self) -> Option<Owned<'a>> {
        // SAFETY: the link holds one of the parent, which is owned too.
        unsafe { Owned::new(self.header().parent.get()) }
    }

    /// This step and those beneath.
    pub(super) fn steps(self) -> impl Iterator<Item = Owned<'a>> {
        iter::successors(Some(self), |step| step.parent())
    }

    pub(super) fn held(self) -> Held<'a> {
        // SAFETY: the kind says what the allocation is, which the link keeps.
        unsafe {
            match self.header().kind {
                Kind::Binding => Held::One(ValueRef(ManuallyDrop::new(Value::from_raw(self.as_ptr())), PhantomData)),
                Kind::Segment => Held::Several(entries_of(self.as_ptr())),
                Kind::Map => Held::All(map_of(self.as_ptr())),
            }
        }
    }

    /// Whether `key` is bound here or beneath.
    pub(super) fn binds(self, key: u64) -> bool {
        // SAFETY: the link keeps the chain.
        unsafe { !find(self.as_ptr(), key).is_null() }
    }

    /// One more reference to the chain from here.
    pub(super) fn chain(self) -> Chain {
        // SAFETY: the node is owned, and the reference is new.
        unsafe { Chain::from_raw(linked(self.as_ptr())) }
    }

    /// One more reference to the chain beneath.
    pub(super) fn chain_beneath(self) -> Chain {
        self.parent().map_or(Chain::EMPTY, Owned::chain)
    }

    /// The map that is kept in the node.
    pub(super) fn flat(self) -> Option<Owned<'a>> {
        // SAFETY: it is owned, and the link holds one of it.
        unsafe { Owned::new(self.header().flat(Ordering::Acquire)) }
    }

    /// Whether a map is kept in the node. Only a hint, so nothing is ordered by it.
    pub(super) fn has_flat(self) -> bool {
        !self.header().flat(Ordering::Relaxed).is_null()
    }

    /// Keeps `map` in the node, and returns it. If another thread was first, returns that one's map,
    /// which is the same.
    pub(super) fn keep_flat(self, map: Chain) -> Owned<'a> {
        let kept = match self.header().set_flat(map.node()) {
            Ok(()) => map.into_raw(),
            Err(theirs) => theirs,
        };
        // SAFETY: the link holds one of what is kept, which is owned.
        unsafe { Owned(NonNull::new_unchecked(kept.cast_mut()), PhantomData) }
    }

    /// Whether this was asked before, or a map is kept. Only a hint, so nothing is ordered by it.
    pub(super) fn is_asked_again(self) -> bool {
        self.header().is_asked_again()
    }
}
