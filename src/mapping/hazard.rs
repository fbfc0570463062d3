//! Hazards: values that are being read, and that the reader itself may release.
//!
//! A read passes a plain reference to its closure and counts nothing. In a frame without entries
//! (guards, a swap) that is sound: the values that the frame shows are held by its own `run`, by
//! the snapshot or future that it runs in, or by the frames outside it. None of them releases a
//! value before the frame ends, which is after the read.
//!
//! In a frame with entries, the reader itself may release the value, by dropping the guard or by
//! swapping the mapping. There each read puts a [`Hazard`] on a list of the thread (`read.rs`), and
//! code that releases a value checks that list first (`entry.rs`, `swap.rs`). No atomics are
//! needed.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;

#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
use super::ids::new_id;
use super::node::{Node, one_more};
use super::release::{Value, free};
use super::stop::stop;
use crate::sync::per_thread;

/// A value that is being read on this thread. The hazard lies on the reader's stack.
pub(super) struct Hazard {
    node: *const Node,
    outer: *const Hazard,
    /// Whether the hazard holds a value reference, which is given up at the end of the read.
    holds: Cell<bool>,
    /// For `hooked_task.rs`: the id of this hazard, or 0 until it is asked for.
    #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
    id: Cell<u64>,
}

per_thread! {
    /// The innermost hazard of this thread.
    static NEWEST: Cell<*const Hazard> = Cell::new(ptr::null());
}

impl Hazard {
    /// Makes a hazard in `place`, which is on the thread's list until [`end`](Self::end).
    pub(super) fn begin(node: *const Node, place: &mut MaybeUninit<Hazard>) -> &Hazard {
        NEWEST.with(|newest| {
            let hazard: &Hazard = place.write(Hazard {
                node,
                outer: newest.get(),
                holds: Cell::new(false),
                #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
                id: Cell::new(0),
            });
            newest.set(hazard);
            hazard
        })
    }

    /// Ends the read.
    #[inline(never)]
    pub(super) fn end(&self) {
        NEWEST.with(|newest| {
            if !ptr::eq(newest.get(), self) {
                stop(
                    "a read ended that is not the innermost on its thread, as when a stackful coroutine is \
                     suspended inside `with`",
                );
            }
            newest.set(self.outer);
        });
        if self.holds.get() {
            // SAFETY: the read has ended, and the hazard's reference is given up once. The only
            // reference to a node that is not owned was its scope's, which the scope passed to the
            // hazard.
            unsafe { give_up(self.node) }
        }
    }

    /// Passes a value reference to the hazard, unless it has one already.
    ///
    /// Returns whether the hazard took it.
    fn take(&self) -> bool {
        !self.holds.replace(true)
    }
}

/// # Safety
///
/// The caller gives up a value reference to `node`, or, if the node is not owned, the only
/// reference to it.
#[cold]
unsafe fn give_up(node: *const Node) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*node).owned.get() {
            drop(Value::from_raw(node));
        } else {
            free(node);
        }
    }
}

/// Whether a read on this thread has a hazard.
#[cfg(not(any(loom, shuttle)))]
pub(super) fn is_reading() -> bool {
    NEWEST.with(|newest| !newest.get().is_null())
}

/// The address of the thread's newest hazard.
#[cfg(test)]
pub(super) fn newest_address() -> usize {
    NEWEST.with(|newest| newest.get().addr())
}

/// If `node` is being read on this thread, passes the scope's value reference to the outermost
/// reader, unless that has one. Returns whether the reader took it.
#[inline]
pub(super) fn give_to_reader(node: *const Node) -> bool {
    let mut outermost: Option<&Hazard> = None;
    for_each(|hazard| {
        if ptr::eq(hazard.node, node) {
            outermost = Some(hazard);
        }
    });
    outermost.is_some_and(Hazard::take)
}

/// Gives each read on this thread a value reference, unless it has one.
pub(super) fn hold_all() {
    for_each(|hazard| {
        // SAFETY: a value that is being read is live. A node that is not owned belongs to an outer
        // scope, which stays, or was already passed to its reader.
        unsafe {
            if (*hazard.node).owned.get() && hazard.take() {
                one_more(&(*hazard.node).val);
            }
        }
    });
}

/// Calls `f` with each hazard of this thread, innermost first.
#[inline]
fn for_each<'a>(mut f: impl FnMut(&'a Hazard)) {
    let mut next = NEWEST.with(Cell::get);
    while !next.is_null() {
        // SAFETY: hazards on the list are live, further out on this thread's stack.
        let hazard = unsafe { &*next };
        f(hazard);
        next = hazard.outer;
    }
}

/// The id of the thread's newest hazard, or 0 if there is none.
///
/// Hazards lie on the stack, so a hazard may have the address of an earlier one. Ids are never
/// reused.
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
pub(super) fn newest_id() -> u64 {
    let newest = NEWEST.with(Cell::get);
    // SAFETY: hazards on the list are live.
    let Some(newest) = (unsafe { newest.as_ref() }) else { return 0 };
    if newest.id.get() == 0 {
        newest.id.set(new_id());
    }
    newest.id.get()
}
