//! Letting go: counts go down, values are dropped, chains come apart in a loop.
//!
//! # Orderings
//!
//! A decrement is Release and the last one is followed by an Acquire fence
//! ([`acquire`]), as in `Arc`: everything that any thread did with the node happens
//! before it is freed. The shortcut in [`release_value`] loads Acquire, which pairs
//! with the Release decrements of those who held the other references.

use crate::hint::cold_path;
use std::mem::{self, ManuallyDrop};
use std::ptr;

use super::node::{Node, free};
use super::thread::{Thread, slot};
use crate::sync::{Ordering, acquire};

/// Frees of values that nest deeper than this wait for the outermost one, so
/// that values that own snapshots that own values need little stack.
const NESTED: u32 = 32;

/// The creating scope lets go of its node: without atomics, and by `free`, if no one
/// captured it.
///
/// # Safety
///
/// `node` was made by the calling scope, is under no head any more, and is not
/// used by it again. `free` is that of `node.rs`, or its `free_as`
/// for the type that the node was made for.
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

/// Frees `node` by `free`, now or, if frees nest deep, when the outermost of them is done.
///
/// # Safety
///
/// No one else has a reference to `node`, and no one uses it again. `free` is what the node
/// itself is freed by, but for this.
#[inline(never)]
pub(super) unsafe fn in_turn(node: *const Node, free: unsafe fn(*const Node)) {
    // SAFETY: the slot lives as long as the thread. The node is this call's
    // alone, so its dead `parent` field may serve as the queue's link.
    unsafe {
        let thread = slot();
        let depth = (*thread).depth.get();
        if depth >= NESTED {
            (*node).parent.set((*thread).queue.get());
            (*thread).queue.set(node);
            return;
        }
        (*thread).depth.set(depth + 1);
        // Two, so that the depth is put back also when the queue's values panic.
        let _depth = Depth { thread, depth };
        let _queue = (depth == 0).then(|| Queue(thread));
        free(node);
    }
}

/// Puts the depth of nested frees back when dropped.
struct Depth {
    thread: *const Thread,
    depth: u32,
}

impl Drop for Depth {
    fn drop(&mut self) {
        // SAFETY: the slot lives as long as the thread, and this is that thread.
        unsafe { (*self.thread).depth.set(self.depth) }
    }
}

/// Frees what waits in the queue when dropped. Only the outermost free has one.
struct Queue(*const Thread);

impl Drop for Queue {
    fn drop(&mut self) {
        // SAFETY: made with the calling thread's slot.
        unsafe { drain(self.0) }
    }
}

/// Frees what waits in the queue, including what is queued meanwhile.
///
/// # Safety
///
/// `thread` is the calling thread's slot.
unsafe fn drain(thread: *const Thread) {
    // SAFETY: a node in the queue is the queue's alone; it is taken out first.
    unsafe {
        loop {
            let node = (*thread).queue.get();
            if node.is_null() {
                return;
            }
            (*thread).queue.set((*node).parent.get());
            let rest = Queue(thread); // on panic the rest is freed while unwinding
            free(node);
            mem::forget(rest);
        }
    }
}
