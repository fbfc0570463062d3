//! Read hazards: values that are being read, and that the reader itself may let go of.
//!
//! A read hands out a plain reference and counts nothing. In a frame without entries (no
//! guard, no swapped-in mapping) that is sound as it is: what the frame shows is held by its
//! own `run`, by the snapshot or future it runs in, or by frames outside it, and none of them
//! can let go before the frame ends, which is after the read.
//!
//! In a frame with entries the reader itself may let go of what it reads: drop the guard, or
//! swap the mapping. There each read leaves a [`Hazard`] on a list of the thread (`read.rs`).
//! Whoever lets go first looks at that list (`entry.rs`, `swap.rs`). No atomics.

use std::cell::Cell;
use std::mem::MaybeUninit;
use std::ptr;

#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
use super::ids::new_id;
use super::node::{Node, one_more};
use super::release::{Value, free};
use super::stop::stop;
use crate::sync::per_thread;

/// A value that is being read on this thread. It lies in the reader's frame.
pub(super) struct Hazard {
    node: *const Node,
    outer: *const Hazard,
    /// The hazard holds one value reference, to be given up when the read is done.
    holds: Cell<bool>,
    /// For `hooked_task.rs`: another number for each hazard, 0 until it is asked for.
    #[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
    id: Cell<u64>,
}

per_thread! {
    /// The innermost hazard of this thread.
    static NEWEST: Cell<*const Hazard> = Cell::new(ptr::null());
}

impl Hazard {
    /// A hazard in `place`, on the thread's list until [`end`](Self::end).
    pub(super) fn begin(node: *const Node, place: &mut MaybeUninit<Hazard>) -> &Hazard {
        NEWEST.with(|newest| {
            let hazard = place.write(Hazard {
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

    /// The read is done.
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
            // SAFETY: the read is done, and the reference is given up, once. A node
            // that is not owned was its scope's alone, and the scope gave it away.
            unsafe { give_up(self.node) }
        }
    }

    /// Gives the hazard a value reference to its node, unless it has one already.
    ///
    /// Returns whether it was taken.
    fn take(&self) -> bool {
        !self.holds.replace(true)
    }
}

/// # Safety
///
/// The caller holds a value reference to `node`, or it is not owned and the
/// caller has it alone, and gives it up.
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

/// Whether anything is read on this thread by way of a hazard.
#[cfg(not(any(loom, shuttle)))]
pub(super) fn is_reading() -> bool {
    NEWEST.with(|newest| !newest.get().is_null())
}

/// Where the thread's newest hazard lies.
#[cfg(test)]
pub(super) fn newest_address() -> usize {
    NEWEST.with(|newest| newest.get().addr())
}

/// Is `node` being read on this thread? Then the outermost reader takes over the scope's value
/// reference, unless it has one.
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

/// Every read on this thread that does not hold its value yet does from now on.
pub(super) fn hold_all() {
    for_each(|hazard| {
        // SAFETY: what is being read is live. A node that is not owned belongs to an outer
        // scope, which stays, or was given to its reader already.
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
        // SAFETY: hazards on the list lie in frames further out on the stack.
        let hazard = unsafe { &*next };
        f(hazard);
        next = hazard.outer;
    }
}

/// The id of the thread's newest hazard, or 0 if there is none.
///
/// Hazards lie in the frames of calls, so another one may lie where one has been. Their ids are
/// never reused.
#[cfg(any(test, all(feature = "tokio", tokio_unstable)))]
pub(super) fn newest_id() -> u64 {
    let newest = NEWEST.with(Cell::get);
    // SAFETY: hazards on the list live.
    let Some(newest) = (unsafe { newest.as_ref() }) else { return 0 };
    if newest.id.get() == 0 {
        newest.id.set(new_id());
    }
    newest.id.get()
}
