//! The cells and atomics of nodes: from `std`, from loom to explore all interleavings (`--cfg
//! loom`), or from shuttle to run random schedules (`--cfg shuttle`).
//!
//! Loom models memory orderings. In shuttle every operation is sequentially consistent, so it can
//! find a wrong interleaving but not a wrong ordering.
//!
//! Only data that several threads can reach, and the thread-locals, use this module. The thread's
//! own records (frames, entries, hazards) use `std::cell::Cell`. So does the registry of variables,
//! whose lock is never held over a step that loom or shuttle schedules.

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

/// Declares a thread-local initialized by a `const` expression, except for loom, whose atomics have
/// no `const` constructors.
#[cfg(not(loom))]
macro_rules! per_thread {
    ($(#[$about:meta])* static $name:ident: $type:ty = $new:expr;) => {
        $crate::sync::family::thread_local! {
            $(#[$about])* static $name: $type = const { $new };
        }
    };
}
#[cfg(loom)]
pub(crate) use loom::thread_local as per_thread;
#[cfg(not(loom))]
pub(crate) use per_thread;

/// The counter type of ids, which are never reused and so have 64 bits on every platform. Its
/// constructor must be `const`, so loom and shuttle don't model it; `mapping/key/models.rs` has a
/// model of a key's id.
#[cfg(not(target_has_atomic = "64"))]
pub(crate) use portable_atomic::AtomicU64;
#[cfg(target_has_atomic = "64")]
pub(crate) use std::sync::atomic::AtomicU64;

/// Makes everything that other threads did before they released their references, which `count`
/// counts, happen before the code that follows. Called by the thread that released the last
/// reference.
///
/// The thread sanitizer does not support fences: for it (`--cfg tsan`) this is a load of the count,
/// which has the same effect.
#[inline(always)]
pub(crate) fn acquire(count: &AtomicU32) {
    if cfg!(tsan) {
        count.load(Ordering::Acquire);
    } else {
        family::sync::atomic::fence(Ordering::Acquire);
    }
}
