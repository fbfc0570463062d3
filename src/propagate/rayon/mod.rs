//! rayon: work on a pool that runs in the mapping it was handed over in.
//!
//! The functions and types have the names and signatures that they have in rayon, so a
//! program moves over by its `use` lines: to `use asynccontext::rayon;`, if it names
//! rayon's iterators by the prelude only.
//!
//! ```
//! use asynccontext::{Variable, rayon};
//!
//! static TENANT: Variable<&str> = Variable::named("tenant");
//!
//! let seen = TENANT.run("blue", || rayon::join(|| TENANT.get(), || TENANT.get()));
//! assert_eq!(seen, (Some("blue"), Some("blue")));
//! ```
//!
//! # What holds
//!
//! * A closure runs, and is dropped, in the mapping that is current where it is
//!   handed over, on whichever thread. The functions that wait for their closures
//!   ([`join`], [`scope`], [`ThreadPool::install`], …) count no reference per
//!   closure.
//! * [Uninherited](crate::Variable::uninherited) variables stay behind where the closure may
//!   outlive the call: [`spawn`], [`spawn_fifo`], [`spawn_broadcast`], and those of a
//!   [`ThreadPool`].
//! * A thread's own mapping is back after each closure, also after a panic.
//! * A thread that waits may run work of others meanwhile. That work sees nothing
//!   of the waiting caller's values.
//!
//! # Parallel iterators
//!
//! By the traits of [`prelude`] a parallel iterator is a [`Scoped`](crate::Scoped) one: each
//! closure given to its methods is called in the values that were current where it was made.
//!
//! ```
//! use asynccontext::{Variable, rayon};
//! use rayon::prelude::*;
//!
//! static FACTOR: Variable<u64> = Variable::named("factor");
//!
//! let sum: u64 = FACTOR.run(3, || {
//!     (0..100_u64)
//!         .into_par_iter()
//!         .map(|n| n * FACTOR.get().unwrap())
//!         .filter(|n| n % FACTOR.get().unwrap() == 0)
//!         .sum()
//! });
//! assert_eq!(sum, 3 * 4950);
//! ```
//!
//! [`with_snapshot`](crate::Propagate::with_snapshot) on rayon's own iterator ties it to any
//! snapshot. Not by `rayon`, but by `::rayon` the crate itself is named where this module has
//! its name.
//!
//! A scoped iterator wraps closures because nothing else reaches all of them: rayon drives an
//! iterator from both ends, and a consumer that enters the snapshot does not see
//! what a `flat_map` or a `zip` after it runs on other threads. It is *not* rayon's
//! `ParallelIterator`, so a method that does not carry the
//! snapshot is missing instead of losing it silently. Missing are `find` and
//! `position`, which rayon has deprecated, and the methods in `try_` with anything but a
//! `Result`, since rayon's trait for those is private. [`Scoped::into_inner`] leads
//! back to rayon's, where a closure is carried by hand:
//!
//! ```
//! use asynccontext::{Snapshot, Variable};
//! use rayon::prelude::*;
//!
//! static FACTOR: Variable<u64> = Variable::named("factor");
//!
//! let differs = FACTOR.run(3, || {
//!     let snapshot = Snapshot::capture();
//!     let items = [1, 2, 3, 4];
//!     let differs = |n: &u64| (FACTOR.get() != Some(*n)).then_some(());
//!     items.par_iter().try_for_each(|n| snapshot.run(|| differs(n)))
//! });
//! assert_eq!(differs, None);
//! ```
//!
//! For the same reason rayon's modules of iterators (`iter`, `slice`, `str`, `vec`, …) are
//! not in this one: under its path their closures would lose the values without a word.
//! Name what you need of them by `::rayon`.
//!
//! What is no closure of yours (the `Drop`, `Clone`, `Ord` or `Sum` of an item or of a
//! state) runs wherever rayon runs it.
//!
//! # What it can't reach
//!
//! Work that goes through rayon itself (`rayon::spawn`, `par_iter().for_each(…)`)
//! sees the mapping of the thread that happens to run it: usually none.
//!
//! [`Scoped::into_inner`]: crate::Scoped::into_inner

mod builder;
mod iter;
mod pool;
pub mod prelude;
mod scope;

#[doc(no_inline)]
pub use ::rayon::{
    BroadcastContext, FnContext, ThreadBuilder, ThreadPoolBuildError, Yield, current_num_threads, current_thread_index,
    max_num_threads,
};

use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

pub use builder::ThreadPoolBuilder;
pub use pool::ThreadPool;
pub use scope::{Scope, ScopeFifo, in_place_scope, in_place_scope_fifo, scope, scope_fifo};

/// Hands the current mapping to `f`, which runs with none, since it may wait and
/// run other work meanwhile.
#[inline]
#[track_caller]
fn apart<R>(type_name: &'static str, f: impl FnOnce(&Snapshot) -> R) -> R {
    let snapshot = Snapshot::for_resource(type_name);
    Snapshot::empty().run(|| f(&snapshot))
}

/// As [`rayon::yield_now`](::rayon::yield_now); the work that runs meanwhile sees nothing of
/// the caller's values.
///
/// ```
/// assert_eq!(asynccontext::rayon::yield_now(), None); // not on a thread of a pool
/// ```
pub fn yield_now() -> Option<Yield> {
    Snapshot::empty().run(::rayon::yield_now)
}

/// As [`rayon::yield_local`](::rayon::yield_local); the work that runs meanwhile sees nothing
/// of the caller's values.
///
/// ```
/// assert_eq!(asynccontext::rayon::yield_local(), None); // not on a thread of a pool
/// ```
pub fn yield_local() -> Option<Yield> {
    Snapshot::empty().run(::rayon::yield_local)
}

/// As [`rayon::join`](::rayon::join); both closures run in the mapping of this call.
///
/// # Panics
///
/// As a closure does, once both are done.
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let seen = TENANT.run("blue", || rayon::join(|| TENANT.get(), || TENANT.get()));
/// assert_eq!(seen, (Some("blue"), Some("blue")));
/// ```
#[track_caller]
pub fn join<A, B, RA, RB>(oper_a: A, oper_b: B) -> (RA, RB)
where
    A: FnOnce() -> RA + Send,
    B: FnOnce() -> RB + Send,
    RA: Send,
    RB: Send,
{
    apart("rayon::join", |s| ::rayon::join(|| s.run(oper_a), || s.run(oper_b)))
}

/// As [`rayon::join_context`](::rayon::join_context); both closures run in the mapping of
/// this call.
///
/// # Panics
///
/// As a closure does, once both are done.
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let both = || rayon::join_context(|_| TENANT.get(), |at| (TENANT.get(), at.migrated()));
/// let (first, (second, _moved)) = TENANT.run("blue", both);
/// assert_eq!((first, second), (Some("blue"), Some("blue")));
/// ```
pub fn join_context<A, B, RA, RB>(oper_a: A, oper_b: B) -> (RA, RB)
where
    A: FnOnce(FnContext) -> RA + Send,
    B: FnOnce(FnContext) -> RB + Send,
    RA: Send,
    RB: Send,
{
    apart("rayon::join_context", |s| ::rayon::join_context(|at| s.run(|| oper_a(at)), |at| s.run(|| oper_b(at))))
}

/// As [`rayon::spawn`](::rayon::spawn); the closure runs in the mapping of this call.
///
/// ```
/// use std::sync::mpsc;
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let (sender, receiver) = mpsc::channel();
/// TENANT.run("blue", || rayon::spawn(move || sender.send(TENANT.get()).unwrap()));
/// assert_eq!(receiver.recv().unwrap(), Some("blue"));
/// ```
#[track_caller]
pub fn spawn<F>(func: F)
where
    F: FnOnce() + Send + 'static,
{
    ::rayon::spawn(inherited("rayon::spawn").wrap(func).into_fn_once());
}

/// As [`rayon::spawn_fifo`](::rayon::spawn_fifo); the closure runs in the mapping of
/// this call.
///
/// ```
/// use std::sync::mpsc;
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let (sender, receiver) = mpsc::channel();
/// TENANT.run("blue", || rayon::spawn_fifo(move || sender.send(TENANT.get()).unwrap()));
/// assert_eq!(receiver.recv().unwrap(), Some("blue"));
/// ```
#[track_caller]
pub fn spawn_fifo<F>(func: F)
where
    F: FnOnce() + Send + 'static,
{
    ::rayon::spawn_fifo(inherited("rayon::spawn_fifo").wrap(func).into_fn_once());
}

/// As [`rayon::broadcast`](::rayon::broadcast); the closure runs on every thread of
/// the pool, in the mapping of this call.
///
/// # Panics
///
/// As the closure does, once it is done everywhere.
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let seen = TENANT.run("blue", || rayon::broadcast(|_| TENANT.get()));
/// assert!(seen.iter().all(|name| *name == Some("blue")));
/// ```
#[track_caller]
pub fn broadcast<OP, R>(op: OP) -> Vec<R>
where
    OP: Fn(BroadcastContext<'_>) -> R + Sync,
    R: Send,
{
    apart("rayon::broadcast", |s| ::rayon::broadcast(|at| s.run(|| op(at))))
}

/// As [`rayon::spawn_broadcast`](::rayon::spawn_broadcast); the closure runs on every
/// thread of the pool, in the mapping of this call.
///
/// ```
/// use std::sync::mpsc;
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let (sender, receiver) = mpsc::channel();
/// TENANT.run("blue", || {
///     rayon::spawn_broadcast(move |_| sender.send(TENANT.get()).unwrap())
/// });
/// assert!(receiver.iter().all(|name| name == Some("blue")));
/// ```
#[track_caller]
pub fn spawn_broadcast<OP>(op: OP)
where
    OP: Fn(BroadcastContext<'_>) + Send + Sync + 'static,
{
    let op = inherited("rayon::spawn_broadcast").wrap(op);
    ::rayon::spawn_broadcast(move |at| op.call((at,)));
}
