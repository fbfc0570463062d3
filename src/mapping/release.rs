//! Letting go: counts go down, values are dropped, chains come apart in a loop.
//!
//! # Orderings
//!
//! A decrement is Release and the last one is followed by an Acquire fence
//! ([`acquire`]), as in `Arc`: everything that any thread did with the node happens
//! before it is freed. The shortcut in [`release_value`] loads Acquire, which pairs
//! with the Release decrements of those who held the other references.

use std::cell::Cell;
use std::mem::{self, ManuallyDrop};
use std::ptr;

use super::last_binding;
use super::node::{Node, linked, one_more};
use crate::hint::cold_path;
use crate::sync::{Ordering, acquire, per_thread};

/// Drops what follows the header, the value among it, and frees the memory.
///
/// # Safety
///
/// `node` is live, no one else has a reference to it, and no one uses it again.
#[inline(always)]
pub(super) unsafe fn free(node: *const Node) {
    // SAFETY: the caller's promise; `free` was chosen together with the layout.
    unsafe {
        last_binding::freed((*node).key, node.addr());
        ((*node).free)(node)
    }
}

/// The creating scope lets go of its node: without atomics, and by `free`, if no one
/// captured it.
///
/// # Safety
///
/// `node` was made by the calling scope, is under no head any more, and is not
/// used by it again. `free` is [`free`], or `free_as` for
/// the type that the node was made for.
#[inline(always)]
pub(super) unsafe fn let_go(node: *const Node, free: unsafe fn(*const Node)) {
    // SAFETY: a node that is not owned has no other reference than the scope's,
    // which runs on this thread. An owned one holds a link for its scope.
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

/// Takes one link off the count. Was it the last?
///
/// # Safety
///
/// The caller holds a link reference to `node` and gives it up.
#[inline(always)]
unsafe fn is_last_link(node: *const Node) -> bool {
    // SAFETY: a link reference keeps the node live. No `&Node` is held across the
    // decrement, only pointers.
    unsafe { (*node).link.fetch_sub(1, Ordering::Release) == 1 }
}

/// Gives up what the links of `node` held together, now that the last is gone.
///
/// A loop over the parents, not a recursion, so that chains of any length come
/// apart on a small stack.
///
/// # Safety
///
/// The caller gave up the last link reference to `node`.
#[inline(never)]
unsafe fn dissolve(mut node: *const Node) {
    // SAFETY: what the link held (the parent, `flat`, one value reference) is ours to give
    // up, and is read before the value reference goes, since that may free the node.
    unsafe {
        loop {
            acquire(&(*node).link);
            let mut rest = Rest {
                parent: (*node).parent.get(),
                flat: (*node).flat(Ordering::Relaxed), // ordered by the fence
            };
            release_value(node);
            // a map: it has no parent, and in `flat` one that has neither
            release(mem::replace(&mut rest.flat, ptr::null()));
            // no panic: go on here instead of in `Rest`'s drop
            node = ManuallyDrop::new(rest).parent;
            if node.is_null() || !is_last_link(node) {
                return;
            }
        }
    }
}

/// What a link held, and still holds. Dropped only when a value's drop panics: then the
/// rest is let go while unwinding.
struct Rest {
    parent: *const Node,
    flat: *const Node,
}

impl Drop for Rest {
    fn drop(&mut self) {
        // SAFETY: both are null or link references that the dead link held.
        unsafe {
            release(self.flat);
            release(self.parent);
        }
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
        // If this is the only reference, it stays the only one: a new one is made
        // from an old one or from a link, and links hold one together.
        if (*node).val.load(Ordering::Acquire) == 1 {
            return free(node);
        }
        if (*node).val.fetch_sub(1, Ordering::Release) == 1 {
            acquire(&(*node).val);
            free(node);
        }
    }
}

/// A counted reference to an owned, clean chain, or to none.
pub(super) struct Chain(*const Node);

// SAFETY: what other threads can reach through a chain is owned, so its plain
// fields are frozen and the rest is atomic; the values are `Send + Sync`, as every
// function that binds one demands.
unsafe impl Send for Chain {}
// SAFETY: as above.
unsafe impl Sync for Chain {}

impl Chain {
    pub(super) const EMPTY: Chain = Chain(ptr::null());

    /// Takes over a reference that the caller holds.
    ///
    /// # Safety
    ///
    /// `node` is null, or an owned head of a clean chain, of which the caller gives away one link
    /// reference.
    #[inline(always)]
    pub(super) unsafe fn from_raw(node: *const Node) -> Chain {
        Chain(node)
    }

    /// Gives the reference to the caller.
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
        // SAFETY: `self` keeps the node, which is owned.
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

/// Frees of values that nest deeper than this wait for the outermost one, so
/// that values that own snapshots that own values need little stack.
const NESTED: u32 = 32;

/// The frees of values on a thread.
struct Frees {
    /// How many are nested in each other right now.
    depth: Cell<u32>,
    /// Values that wait to be freed by the outermost of those, linked by `parent`.
    queue: Cell<*const Node>,
}

per_thread! {
    static FREES: Frees = Frees { depth: Cell::new(0), queue: Cell::new(ptr::null()) };
}

/// Frees `node` by `free`, now or, if frees nest deep, when the outermost of them is done.
///
/// # Safety
///
/// No one else has a reference to `node`, and no one uses it again. `free` is what the node
/// itself is freed by, but for this.
#[inline(never)]
pub(super) unsafe fn in_turn(node: *const Node, free: unsafe fn(*const Node)) {
    let depth = FREES.with(|frees| frees.depth.get());
    if depth >= NESTED {
        // SAFETY: the caller's promise: the node's dead `parent` field may be the queue's link.
        FREES.with(|frees| unsafe { (*node).parent.set(frees.queue.replace(node)) });
        return;
    }
    FREES.with(|frees| frees.depth.set(depth + 1));
    // Two, so that the depth is put back also when the queue's values panic.
    let _depth = Depth(depth);
    let _queue = (depth == 0).then(|| Queue); // `then_some` would make and drop one each time
    // SAFETY: the caller's promise.
    unsafe { free(node) }
}

/// Puts the depth of nested frees back when dropped.
struct Depth(u32);

impl Drop for Depth {
    fn drop(&mut self) {
        FREES.with(|frees| frees.depth.set(self.0));
    }
}

/// Frees what waits in the queue when dropped, including what is queued meanwhile. Only the
/// outermost free has one.
struct Queue;

impl Drop for Queue {
    fn drop(&mut self) {
        while let Some(node) = next_of_queue() {
            let rest = Queue; // on panic the rest is freed while unwinding
            // SAFETY: a node in the queue is the queue's alone, and was taken out.
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
        // SAFETY: what is in the queue lives.
        frees.queue.set(unsafe { (*node).parent.get() });
        Some(node)
    })
}
