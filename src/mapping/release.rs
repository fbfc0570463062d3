//! Releasing: counts are decremented, values dropped, and chains freed in a loop.
//!
//! # Orderings
//!
//! A decrement is Release and the last one is followed by an Acquire fence ([`acquire`]), as in
//! `Arc`: everything that any thread did with the node happens before it is freed. The last
//! reference is not decremented: a load finds that it is the only one. It pairs with the Release
//! decrements of the other references, by Acquire in [`release_value`], by the fence after it in
//! [`dissolve`].

use std::cell::Cell;
use std::mem::{self, ManuallyDrop};
use std::ptr;

use super::last_binding;
use super::node::{Node, linked, one_more};
use crate::hint::cold_path;
use crate::sync::{Ordering, acquire, per_thread};

/// Drops the contents of a node, and frees its memory.
///
/// # Safety
///
/// `node` is live, there is no other reference to it, and it is not used again.
#[inline(always)]
pub(super) unsafe fn free(node: *const Node) {
    // SAFETY: the caller's promise; the node's `free` is the one for its layout.
    unsafe {
        last_binding::freed((*node).key, node.addr());
        ((*node).free)(node)
    }
}

/// Releases a node at the end of the scope that made it: without atomics, and by `free`, if it was
/// never captured.
///
/// # Safety
///
/// `node` was made by the calling scope, is in the chain of no head any more, and is not used by
/// the scope again. `free` is [`free`], or `free_as` for the type that the node was made for.
#[inline(always)]
pub(super) unsafe fn let_go(node: *const Node, free: unsafe fn(*const Node)) {
    // SAFETY: the scope runs on this thread. To a node that is not owned, it has the only
    // reference; to an owned one, it has a link reference.
    unsafe {
        if (*node).owned.get() {
            release(node);
        } else {
            free(node);
        }
    }
}

/// Gives up one link reference. May run user code: the drop of values.
///
/// # Safety
///
/// `node` is null, or the caller holds one of its link references and gives it up.
#[inline(always)]
pub(super) unsafe fn release(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        if !node.is_null() && is_last_link(node) {
            cold_path();
            dissolve(node);
        }
    }
}

/// Returns whether the caller's link reference is the last one; otherwise, decrements the count.
///
/// If it is the only one, it stays the only one: a new one is made from an existing one, which is
/// held until then. So the count, which is not read any more, need not be decremented: an atomic
/// decrement costs more than the rest of releasing a node.
///
/// # Safety
///
/// The caller holds a link reference to `node` and gives it up.
#[inline(always)]
unsafe fn is_last_link(node: *const Node) -> bool {
    // SAFETY: a link reference keeps the node live. No `&Node` is held across the
    // decrement, only pointers.
    unsafe { (*node).link.load(Ordering::Relaxed) == 1 || (*node).link.fetch_sub(1, Ordering::Release) == 1 }
}

/// Gives up the references that the links of `node` held together, after the last link was given
/// up.
///
/// A loop over the parents, not a recursion, so that chains of any length are freed on a small
/// stack.
///
/// # Safety
///
/// The caller gave up the last link reference to `node`.
#[inline(never)]
unsafe fn dissolve(mut node: *const Node) {
    // SAFETY: the last link passed on the references that the links held (to the parent, to `flat`,
    // and one to the value), which are given up here. They are read before the value reference is
    // given up, since that may free the node.
    unsafe {
        loop {
            acquire(&(*node).link);
            let mut rest = Rest {
                parent: (*node).parent.get(),
                flat: (*node).flat(Ordering::Relaxed), // ordered by the fence
            };
            release_value(node);
            // Nests at most twice: a map has no parent, and the map in its `flat` has neither.
            release(mem::replace(&mut rest.flat, ptr::null()));
            // No panic: continue here, and not in the drop of `Rest`.
            node = ManuallyDrop::new(rest).parent;
            if node.is_null() || !is_last_link(node) {
                return;
            }
        }
    }
}

/// The references that the links of a node held, until they are given up. Dropped only if a value's
/// drop panics: then they are given up while unwinding.
struct Rest {
    parent: *const Node,
    flat: *const Node,
}

impl Drop for Rest {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: both are null, or link references that the links of the node held.
        unsafe { release_both(self.flat, self.parent) }
    }
}

/// Gives up the two references. By value, so that `dissolve` need not store them in memory for this
/// case.
///
/// # Safety
///
/// As for [`release`], for each of them.
#[cold]
#[inline(never)]
unsafe fn release_both(flat: *const Node, parent: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        release(flat);
        release(parent);
    }
}

/// Gives up one value reference. May run user code: the drop of the value.
///
/// # Safety
///
/// The caller holds a value reference to `node` and gives it up.
#[inline]
pub(super) unsafe fn release_value(node: *const Node) {
    // SAFETY: the reference keeps the node live up to the decrement.
    unsafe {
        // If this is the only reference, it stays the only one: a new one is made from an existing
        // one, or from a link, and the links hold one.
        if (*node).val.load(Ordering::Acquire) == 1 {
            return free(node);
        }
        if (*node).val.fetch_sub(1, Ordering::Release) == 1 {
            acquire(&(*node).val);
            free(node);
        }
    }
}

/// A counted link reference to an owned, clean chain; or to none.
pub(super) struct Chain(*const Node);

// SAFETY: all nodes that other threads can reach through a chain are owned, so their plain fields
// are frozen and the others atomic; the values are `Send + Sync`, as every function that binds one
// requires.
unsafe impl Send for Chain {}
// SAFETY: as above.
unsafe impl Sync for Chain {}

impl Chain {
    pub(super) const EMPTY: Chain = Chain(ptr::null());

    /// Takes over a reference that the caller holds.
    ///
    /// # Safety
    ///
    /// `node` is null, or the owned head of a clean chain, and the caller passes on a link
    /// reference to it.
    #[inline(always)]
    pub(super) unsafe fn from_raw(node: *const Node) -> Chain {
        Chain(node)
    }

    /// Passes the reference to the caller.
    #[inline(always)]
    pub(super) fn into_raw(self) -> *const Node {
        ManuallyDrop::new(self).0
    }

    /// The head, or null.
    #[inline(always)]
    pub(super) fn node(&self) -> *const Node {
        self.0
    }
}

impl Clone for Chain {
    #[inline]
    fn clone(&self) -> Chain {
        // SAFETY: `self` keeps the node live, which is owned.
        Chain(unsafe { linked(self.0) })
    }
}

impl Drop for Chain {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: this reference is given up, once.
        unsafe { release(self.0) }
    }
}

/// A counted value reference: it keeps only the value alive, and the node's memory.
pub(super) struct Value(*const Node);

impl Value {
    /// A new reference to the value of `node`.
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
    /// The caller holds a value reference to `node`, and passes it on.
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

/// Frees that nest deeper than this are queued for the outermost one, so that values that own
/// snapshots that own values need little stack.
const NESTED: u32 = 32;

/// The frees that run on a thread.
struct Frees {
    /// How many are nested at the moment.
    depth: Cell<u32>,
    /// The nodes to be freed by the outermost one, linked by `parent`.
    queue: Cell<*const Node>,
}

per_thread! {
    static FREES: Frees = Frees { depth: Cell::new(0), queue: Cell::new(ptr::null()) };
}

/// Frees `node` by `free`: now, or, if frees nest deep, at the end of the outermost one.
///
/// # Safety
///
/// There is no other reference to `node`, and it is not used again. `free` does what the node's own
/// `free` does, except for the queuing.
#[inline(never)]
pub(super) unsafe fn in_turn(node: *const Node, free: unsafe fn(*const Node)) {
    let depth = FREES.with(|frees| frees.depth.get());
    if depth >= NESTED {
        // SAFETY: the caller's promise. The node's `parent` is not used any more, so it may link
        // the queue.
        FREES.with(|frees| unsafe { (*node).parent.set(frees.queue.replace(node)) });
        return;
    }
    FREES.with(|frees| frees.depth.set(depth + 1));
    // Two values, so that the depth is restored even if the drop of a queued value panics.
    let _depth = Depth(depth);
    let _queue = (depth == 0).then(|| Queue); // `then_some` would create and drop one each time
    // SAFETY: the caller's promise.
    unsafe { free(node) }
}

/// Restores the depth of nested frees when dropped.
struct Depth(u32);

impl Drop for Depth {
    fn drop(&mut self) {
        FREES.with(|frees| frees.depth.set(self.0));
    }
}

/// Frees the queued nodes when dropped, including those queued in the meantime. Only the outermost
/// free has one.
struct Queue;

impl Drop for Queue {
    fn drop(&mut self) {
        while let Some(node) = next_of_queue() {
            let rest = Queue; // frees the others while unwinding, if a drop panics
            // SAFETY: the queue had the only reference to the node, which was taken out of it.
            unsafe { free(node) }
            mem::forget(rest);
        }
    }
}

/// Takes a node out of the queue.
fn next_of_queue() -> Option<*const Node> {
    FREES.with(|frees| {
        let node = frees.queue.get();
        if node.is_null() {
            return None;
        }
        // SAFETY: a node in the queue is live.
        frees.queue.set(unsafe { (*node).parent.get() });
        Some(node)
    })
}
