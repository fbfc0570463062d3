//! The loom shim: the cells and atomics that nodes are made of, from `std`, or
//! from loom when it explores the interleavings (`--cfg loom`).
//!
//! Only what several threads can reach goes through here. The thread's own
//! records (frames, entries, pins) stay on `std::cell::Cell`, and so does the
//! registry of variables, whose lock never spans a step that loom schedules.

pub(crate) use std::sync::atomic::Ordering;

/// For ids, which are never reused and so have 64 bits everywhere. Not explored by loom.
#[cfg(not(target_has_atomic = "64"))]
pub(crate) use portable_atomic::AtomicU64;
#[cfg(target_has_atomic = "64")]
pub(crate) use std::sync::atomic::AtomicU64;

#[cfg(not(loom))]
mod real {
    pub(crate) use std::cell::Cell;
    pub(super) use std::sync::atomic::fence;
    pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32};
}
#[cfg(not(loom))]
pub(crate) use real::*;

#[cfg(loom)]
mod model {
    pub(crate) use loom::cell::Cell;
    pub(super) use loom::sync::atomic::fence;
    pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32};
}
#[cfg(loom)]
pub(crate) use model::*;

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
        fence(Ordering::Acquire);
    }
}
