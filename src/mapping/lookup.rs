//! Look-up, and pins: what keeps a value while it is being read.
//!
//! A read hands out a plain reference and counts nothing. In a frame without
//! entries (no guard, no swapped-in mapping) that is sound as it is: what the
//! frame shows is held by its own `run`, by the snapshot or future it runs in, or
//! by frames outside it, and none of them can let go before the frame ends, which
//! is after the read.
//!
//! In a frame with entries the reader itself may let go of what it reads: drop the
//! guard, or swap the mapping. There the head is a cover, where every plain read comes to the
//! end of its walk; it goes on beneath, and leaves a [`Pin`] on a list of the thread. Whoever
//! lets go first looks at that list (`entry.rs`, `swap.rs`). No atomics.

use crate::hint::cold_path;
use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;

use super::key::Key;
use super::node::{Bound, Kind, Node, Value, bit, entries_of, free, map_of};
use super::stop::stop;
use super::thread::thread;

/// The binding of `key` in the chain of `head`, or null.
///
/// # Safety
///
/// `head` is null or the live head of a chain.
#[inline]
pub(super) unsafe fn find(head: *const Node, key: u64) -> *const Node {
    // SAFETY: the caller's promise.
    unsafe {
        if head.is_null() || !may_bind(head, key) {
            ptr::null()
        } else if (*head).key == key {
            head
        } else {
            match walk(head, key) {
                none if none.is_null() => find_inside(head, key),
                single => single,
            }
        }
    }
}

/// The same, for a key that `head` is not the binding of, among single bindings alone.
///
/// What is found is the newest: what a segment or a map holds is bound in no owned step
/// beneath it, and above it only by what shadows it.
///
/// # Safety
///
/// `head` is the live head of a chain.
#[inline(always)]
unsafe fn walk(head: *const Node, key: u64) -> *const Node {
    let mut step = head;
    // SAFETY: a live head's chain is live as a whole.
    unsafe {
        loop {
            step = (*step).parent.get();
            if step.is_null() {
                cold_path();
                return step;
            }
            if (*step).key == key {
                return step;
            }
        }
    }
}

/// Can `key` be bound in the chain of `head`?
///
/// # Safety
///
/// `head` is live.
#[inline(always)]
unsafe fn may_bind(head: *const Node, key: u64) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head).bloom.get() & bit(key) != 0 }
}

/// The binding of `key` among the several that a step may hold, or null.
///
/// # Safety
///
/// `head` is the live head of a chain.
#[inline(never)]
unsafe fn find_inside(head: *const Node, key: u64) -> *const Node {
    // SAFETY: the chain is live as a whole.
    unsafe {
        let mut last = head;
        while !(*last).parent.get().is_null() {
            last = (*last).parent.get();
        }
        // mostly it is there: a map has nothing beneath, and a segment often has not
        let mut found = inside(last, key);
        let mut step = head;
        while found.is_null() && !ptr::eq(step, last) {
            found = inside(step, key);
            step = (*step).parent.get();
        }
        found
    }
}

/// The binding of `key` among the several of `step`, or null.
///
/// # Safety
///
/// `step` is live.
#[inline(always)]
unsafe fn inside(step: *const Node, key: u64) -> *const Node {
    // SAFETY: the kind says what it is.
    let found = unsafe {
        match (*step).kind {
            Kind::Binding => None,
            Kind::Segment => entries_of(step).iter().find(|(k, _)| *k == key).map(|(_, value)| value),
            Kind::Map => map_of(step).get(&key),
        }
    };
    found.map_or(ptr::null(), Value::node)
}

/// Reads the value bound to `key`, if any.
///
/// It is inlined into the caller together with `f`, so only what is frequent is here: a
/// single binding, or none as the mask says.
#[inline(always)]
pub(crate) fn with<T, R>(key: &Key<T>, f: impl FnOnce(Option<&T>) -> R) -> R {
    let id = key.sought();
    let top = thread(|t| t.head.get()).top();
    let mut place = MaybeUninit::uninit();
    // SAFETY: the current head is live, or the cover. A node that is found by a key's id
    // holds a `T` (see `Key`). In a frame without entries the value outlives `f` (see the
    // module's text), and else it is pinned until `f` is done.
    unsafe {
        if top.is_null() {
            cold_path();
            return f(None);
        }
        if (*top).key == id {
            return f(Some(value_of(top)));
        }
        if !may_bind(top, id) {
            return f(None);
        }
        let mut node = walk(top, id);
        let mut _unpin = Unpin(None);
        if node.is_null() {
            cold_path();
            (node, _unpin) = at_the_end(top, id, &mut place);
            if node.is_null() {
                return f(None);
            }
        }
        f(Some(value_of(node)))
    }
}

/// The binding of `id` that a walk from `top` did not find, or null. In a frame with entries
/// it is pinned.
///
/// # Safety
///
/// `top` is the thread's current head, and not null.
#[inline(never)]
unsafe fn at_the_end(top: *const Node, id: u64, place: &mut MaybeUninit<Pin>) -> (*const Node, Unpin<'_>) {
    // SAFETY: the current head is live, and so is what is beneath a cover.
    unsafe {
        if !(*top).is_cover() {
            return (find_inside(top, id), Unpin(None));
        }
        thread(|t| {
            let node = find(t.beneath_cover(), id);
            if node.is_null() {
                return (node, Unpin(None));
            }
            let pin = place.write(Pin {
                node,
                outer: t.pins.get(),
                owed: Cell::new(false),
                #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
                id: Cell::new(0),
            });
            t.pins.set(pin);
            (node, Unpin(Some(pin)))
        })
    }
}

/// The value of a binding, to be read now.
///
/// # Safety
///
/// `node` lives for `'a`, and is a binding of a `T`.
#[inline(always)]
unsafe fn value_of<'a, T>(node: *const Node) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(debug_assertions)]
        (*node).note_read();
        &(*node.cast::<Bound<T>>()).value
    }
}

/// A value that is being read on this thread. It lies in the reader's frame.
pub(super) struct Pin {
    pub(super) node: *const Node,
    pub(super) outer: *const Pin,
    /// The pin holds one value reference, to be given up when the read is done.
    owed: Cell<bool>,
    /// For `open.rs`: another number for each pin, 0 until it is asked for.
    #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
    pub(super) id: Cell<u64>,
}

impl Pin {
    /// Gives the pin a value reference to its node, unless it has one already.
    ///
    /// Returns whether it was taken.
    pub(super) fn owe(&self) -> bool {
        !self.owed.replace(true)
    }
}

/// Ends the pin when dropped, if there is one.
struct Unpin<'a>(Option<&'a Pin>);

impl Drop for Unpin<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(pin) = self.0 {
            pin.end();
        }
    }
}

impl Pin {
    #[inline(never)]
    fn end(&self) {
        thread(|t| {
            if !ptr::eq(t.pins.get(), self) {
                stop(
                    "a read ended that is not the innermost on its thread, as when a stackful coroutine is \
                     suspended inside `with`",
                );
            }
            t.pins.set(self.outer);
        });
        if self.owed.get() {
            // SAFETY: the read is done, and the reference is given up, once. A node
            // that is not owned was its scope's alone, and the scope gave it away.
            unsafe { unpin(self.node) }
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
