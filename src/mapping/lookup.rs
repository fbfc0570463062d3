//! Look-up, and pins: what keeps a value while it is being read.
//!
//! A read hands out a plain reference and counts nothing. In a frame without
//! entries (no guard, no swapped-in mapping) that is sound as it is: what the
//! frame shows is held by its own `run`, by the snapshot or future it runs in, or
//! by frames outside it, and none of them can let go before the frame ends, which
//! is after the read.
//!
//! In a frame with entries the reader itself may let go of what it reads: drop the
//! guard, or swap the mapping. There a read leaves a [`Pin`] on a list of the
//! thread, and whoever lets go first looks at that list (`entry.rs`, `swap.rs`). No atomics.

use std::cell::Cell;
use std::ptr;

use super::key::Key;
use super::node::{Bound, Kind, Node, Value, bit, entries_of, free, map_of};
use super::thread::thread;

/// The binding of `key` in the chain of `step`, or null.
///
/// # Safety
///
/// `step` is null or the live head of a chain.
#[inline]
pub(super) unsafe fn find(mut step: *const Node, key: u64) -> *const Node {
    let bit = bit(key);
    // SAFETY: a live head's chain is live as a whole.
    unsafe {
        while !step.is_null() && (*step).bloom.get() & bit != 0 {
            if (*step).key == key {
                return step;
            }
            if (*step).kind != Kind::Binding {
                let found = find_inside(step, key);
                if !found.is_null() {
                    return found;
                }
            }
            step = (*step).parent.get();
        }
    }
    ptr::null()
}

/// The binding of `key` among the several of one step.
///
/// # Safety
///
/// `step` is a live segment or map.
#[inline(never)]
unsafe fn find_inside(step: *const Node, key: u64) -> *const Node {
    // SAFETY: the kind says what it is.
    let found = unsafe {
        if (*step).kind == Kind::Map {
            map_of(step).get(&key)
        } else {
            let entries = entries_of(step);
            entries.iter().find(|(k, _)| *k == key).map(|(_, v)| v)
        }
    };
    found.map_or(ptr::null(), Value::node)
}

/// Reads the value bound to `key`, if any.
#[inline]
pub(crate) fn with<T, R>(key: &Key<T>, f: impl FnOnce(Option<&T>) -> R) -> R {
    let Some(id) = key.id() else { return f(None) };
    let head = thread(|t| t.head.get());
    // SAFETY: the current head is live.
    let node = unsafe { find(head.node(), id) };
    #[cfg(debug_assertions)]
    if !node.is_null() {
        // SAFETY: it is live, and this thread's alone until it is owned.
        unsafe { (*node).note_read() }
    }
    if head.has_entries() && !node.is_null() {
        // SAFETY: found with this key in the current mapping.
        return unsafe { with_pinned(node, f) };
    }
    let value = if node.is_null() {
        None
    } else {
        // SAFETY: a node with this key's id holds a `T` (see `Key`). The frame has
        // no entries, so the value outlives `f` (see the module's text).
        Some(unsafe { &(*node.cast::<Bound<T>>()).value })
    };
    f(value)
}

/// The same in a frame with entries.
///
/// # Safety
///
/// `node` was found in the current mapping, and holds a `T`.
#[inline]
unsafe fn with_pinned<T, R>(node: *const Node, f: impl FnOnce(Option<&T>) -> R) -> R {
    let pin = Pin { node, outer: thread(|t| t.pins.get()), owed: Cell::new(false) };
    thread(|t| t.pins.set(&pin));
    let _unpin = Unpin(&pin);
    // SAFETY: the caller's promise; the pin keeps the value until `f` is done.
    f(Some(unsafe { &(*node.cast::<Bound<T>>()).value }))
}

/// A value that is being read on this thread. It lies in the reader's frame.
pub(super) struct Pin {
    pub(super) node: *const Node,
    pub(super) outer: *const Pin,
    /// The pin holds one value reference, to be given up when the read is done.
    owed: Cell<bool>,
}

impl Pin {
    /// Gives the pin a value reference to its node, unless it has one already.
    ///
    /// Returns whether it was taken.
    pub(super) fn owe(&self) -> bool {
        !self.owed.replace(true)
    }
}

struct Unpin<'a>(&'a Pin);

impl Drop for Unpin<'_> {
    #[inline]
    fn drop(&mut self) {
        thread(|t| t.pins.set(self.0.outer));
        if self.0.owed.get() {
            // SAFETY: the read is done, and the reference is given up, once. A node
            // that is not owned was its scope's alone, and the scope gave it away.
            unsafe { unpin(self.0.node) }
        }
    }
}

/// # Safety
///
/// The caller holds a value reference to `node`, or it is not owned and the
/// caller has it alone, and gives it up.
#[cold]
unsafe fn unpin(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*node).owned.get() {
            drop(Value::from_raw(node));
        } else {
            free(node);
        }
    }
}
