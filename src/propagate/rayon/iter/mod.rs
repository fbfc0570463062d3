//! The methods of [`Scoped`] parallel iterators, whose closures run in a snapshot.
//!
//! | file | what it holds |
//! |---|---|
//! | `steps.rs` | methods that return another iterator |
//! | `ends.rs` | methods that drive an iterator to its result |
//! | `indexed.rs` | both, for iterators of known length |

#![allow(clippy::type_complexity)] // a step's type names its closures, as rayon's does

mod ends;
mod indexed;
mod steps;

use std::cmp::Ordering;

use ::rayon::iter::ParallelIterator;

use crate::mapping::Scoped;
use crate::propagate::Propagate;
use crate::snapshot::Snapshot;
use crate::wrapped::Wrapped;

impl<I: ParallelIterator> Scoped<I> {
    /// Adds a step to the chain. The closure in it owns a snapshot, and is dropped in it.
    #[inline]
    fn step<J>(self, make: impl FnOnce(I, Snapshot) -> J) -> Scoped<J> {
        let snapshot = self.snapshot();
        make(self.into_inner(), snapshot.clone()).with_snapshot(snapshot)
    }

    /// Drives the chain to its result, on this thread in an empty mapping.
    #[inline]
    fn end<R>(self, drive: impl FnOnce(I, Snapshot) -> R) -> R {
        let snapshot = self.snapshot();
        Snapshot::empty().run(|| drive(self.into_inner(), snapshot))
    }
}

// Closures from `into_fn` take references of one lifetime only. These take any.

/// Returns a closure that takes a reference to an item.
#[inline]
pub(super) fn looking<A, R>(f: Wrapped<impl Fn(&A) -> R, 1>) -> impl Fn(&A) -> R {
    move |item| f.call((item,))
}

/// Returns a closure that takes a mutable reference to an item.
#[inline]
fn changing<A>(f: Wrapped<impl Fn(&mut A), 1>) -> impl Fn(&mut A) {
    move |item| f.call((item,))
}

/// Returns a closure that compares two items.
#[inline]
fn comparing<A>(f: Wrapped<impl Fn(&A, &A) -> Ordering, 2>) -> impl Fn(&A, &A) -> Ordering {
    move |a, b| f.call((a, b))
}

/// Returns a closure that takes a state and an item.
#[inline]
fn stateful<T, A, R>(f: Wrapped<impl Fn(&mut T, A) -> R, 2>) -> impl Fn(&mut T, A) -> R {
    move |state, item| f.call((state, item))
}
