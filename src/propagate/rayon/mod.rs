//! rayon, with work that runs in the mapping in which it was passed to the pool.
//!
//! The functions and types have rayon's names and signatures, so a program is migrated by its `use`
//! lines, or by `use asynccontext::rayon;` if it names rayon's iterators only through the prelude.
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
//! # Guarantees
//!
//! * A closure runs, and is dropped, in the mapping that is current where it is passed to rayon, on
//!   every thread. The functions that wait for their closures ([`join`], [`scope`],
//!   [`ThreadPool::install`], …) count no reference per closure.
//! * [Uninherited](crate::Variable::uninherited) variables are left out where the closure may
//!   outlive the call: in [`spawn`], [`spawn_fifo`], [`spawn_broadcast`], and those of a
//!   [`ThreadPool`].
//! * After each closure, the thread's own mapping is current again, also after a panic.
//! * A waiting thread may run other work meanwhile. That work does not see the waiting caller's
//!   values.
//!
//! # Parallel iterators
//!
//! The traits of [`prelude`] return [`Scoped`](crate::Scoped) parallel iterators: each closure
//! passed to their methods is called with the values that were current where the iterator was
//! created.
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
//! [`with_snapshot`](crate::Propagate::with_snapshot) ties rayon's own iterator to any snapshot.
//! Where this module is imported as `rayon`, the crate itself is `::rayon`.
//!
//! A scoped iterator wraps each closure, since no other point in the chain covers all of them:
//! rayon drives an iterator from both ends, and a consumer that enters the snapshot does not cover
//! what a later `flat_map` or `zip` runs on other threads. It does *not* implement rayon's
//! `ParallelIterator`, so a method that does not carry the snapshot is missing instead of losing it
//! silently. Missing are `find` and `position`, which rayon has deprecated, and the `try_` methods
//! for types other than `Result`, since rayon's trait for those is private. [`Scoped::into_inner`]
//! returns rayon's iterator, whose closures can be wrapped by hand:
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
//! For the same reason this module does not re-export rayon's modules of iterators (`iter`,
//! `slice`, `str`, `vec`, …): their closures would lose the values silently. Use them through
//! `::rayon`.
//!
//! Code other than these closures (the `Drop`, `Clone`, `Ord` or `Sum` of an item or of a state)
//! runs in the mapping of the thread that runs it.
//!
//! # Limits
//!
//! Work that is passed to rayon itself (`rayon::spawn`, `par_iter().for_each(…)`) sees the mapping
//! of the thread that runs it, which is usually empty.
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

/// Calls `f` with the current mapping, inside an empty one, since `f` may wait and run other work
/// meanwhile.
#[inline]
#[track_caller]
fn apart<R>(type_name: &'static str, f: impl FnOnce(&Snapshot) -> R) -> R {
    let snapshot = Snapshot::for_resource(type_name);
    Snapshot::empty().run(|| f(&snapshot))
}

/// Calls [`rayon::yield_now`](::rayon::yield_now). The work that runs meanwhile does not see the
/// caller's values.
///
/// # Examples
///
/// ```
/// assert_eq!(asynccontext::rayon::yield_now(), None); // not on a thread of a pool
/// ```
pub fn yield_now() -> Option<Yield> {
    Snapshot::empty().run(::rayon::yield_now)
}

/// Calls [`rayon::yield_local`](::rayon::yield_local). The work that runs meanwhile does not see
/// the caller's values.
///
/// # Examples
///
/// ```
/// assert_eq!(asynccontext::rayon::yield_local(), None); // not on a thread of a pool
/// ```
pub fn yield_local() -> Option<Yield> {
    Snapshot::empty().run(::rayon::yield_local)
}

/// Calls [`rayon::join`](::rayon::join). Both closures run in the mapping of this call.
///
/// # Panics
///
/// Panics if a closure panics, once both are done.
///
/// # Examples
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

/// Calls [`rayon::join_context`](::rayon::join_context). Both closures run in the mapping of this
/// call.
///
/// # Panics
///
/// Panics if a closure panics, once both are done.
///
/// # Examples
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

/// Calls [`rayon::spawn`](::rayon::spawn). The closure runs in the mapping of this call.
///
/// # Examples
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

/// Calls [`rayon::spawn_fifo`](::rayon::spawn_fifo). The closure runs in the mapping of this call.
///
/// # Examples
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

/// Calls [`rayon::broadcast`](::rayon::broadcast). The closure runs on every thread of the pool, in
/// the mapping of this call.
///
/// # Panics
///
/// Panics if the closure panics, once it is done on all threads.
///
/// # Examples
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

/// Calls [`rayon::spawn_broadcast`](::rayon::spawn_broadcast). The closure runs on every thread of
/// the pool, in the mapping of this call.
///
/// # Examples
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
