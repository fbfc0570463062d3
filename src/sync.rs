//! The loom shim: the cells and atomics that nodes are made of, from `std`, or
//! from loom when it explores the interleavings (`--cfg loom`).
//!
//! Only what several threads can reach goes through here. The thread's own
//! records (frames, entries, pins) stay on `std::cell::Cell`, and so does the
//! registry of variables, whose lock never spans a step that loom schedules.

pub(crate) use std::sync::atomic::Ordering;

#[cfg(not(loom))]
mod real {
    pub(crate) use std::cell::Cell;
    pub(crate) use std::sync::atomic::{AtomicPtr, AtomicU32, fence};
}
#[cfg(not(loom))]
pub(crate) use real::*;

#[cfg(loom)]
mod model {
    pub(crate) use loom::cell::Cell;
    pub(crate) use loom::sync::atomic::{AtomicPtr, AtomicU32, fence};
}
#[cfg(loom)]
pub(crate) use model::*;
