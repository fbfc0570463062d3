//! The shim: the cells and atomics that nodes are made of, from `std`, or from loom when it
//! explores the interleavings (`--cfg loom`), or from shuttle when it runs random schedules
//! (`--cfg shuttle`).
//!
//! Loom models the orderings. For shuttle every operation is sequentially consistent, so it
//! finds a wrong interleaving and never a wrong ordering.
//!
//! Only what several threads can reach goes through here, and the thread-locals. The thread's
//! own records (frames, entries, pins) stay on `std::cell::Cell`, and so does the registry of
//! variables, whose lock never spans a step that loom or shuttle schedules.

pub(crate) use std::sync::atomic::Ordering;

#[cfg(loom)]
pub(crate) use loom as family;
#[cfg(shuttle)]
pub(crate) use shuttle as family;
#[cfg(not(any(loom, shuttle)))]
pub(crate) use std as family;

pub(crate) use family::sync::atomic::{AtomicPtr, AtomicU32};

#[cfg(loom)]
pub(crate) use loom::cell::Cell;
#[cfg(not(loom))]
pub(crate) use std::cell::Cell;

/// A thread-local, initialised by a `const` expression: loom's atomics alone can't be.
#[cfg(not(loom))]
macro_rules! per_thread {
    (static $name:ident: $type:ty = $new:expr;) => {
        $crate::sync::family::thread_local! {
            static $name: $type = const { $new };
        }
    };
}
#[cfg(loom)]
pub(crate) use loom::thread_local as per_thread;
#[cfg(not(loom))]
pub(crate) use per_thread;

/// For ids, which are never reused and so have 64 bits everywhere. It is `const`, so loom and
/// shuttle don't see it; `mapping/key/models.rs` has a model of a key's id.
#[cfg(not(target_has_atomic = "64"))]
pub(crate) use portable_atomic::AtomicU64;
#[cfg(target_has_atomic = "64")]
pub(crate) use std::sync::atomic::AtomicU64;

/// What every thread did with the thing that `count` counts, before it gave up its
/// reference, happens before what follows. For the thread whose decrement was the last.
///
/// The thread sanitizer knows no fences: for it (`--cfg tsan`) this is a load of the count,
/// which says the same.
#[inline(always)]
pub(crate) fn acquire(count: &AtomicU32) {
    if cfg!(tsan) {
        count.load(Ordering::Acquire);
    } else {
        family::sync::atomic::fence(Ordering::Acquire);
    }
}
