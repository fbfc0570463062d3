//! Models of all data that threads share without a lock, run by loom in every interleaving.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test --release --lib --test loom --target-dir target/loom
//! ```
//!
//! The models are bounded by their size, two or three threads with a handful of operations each.
//! Those made by `model_bounded` are bounded to three preemptions of each run, the others are not;
//! `LOOM_MAX_PREEMPTIONS` bounds all of them. Under loom two bindings are a long mapping, so small
//! models fold as well. Loom checks each value's reads against its drop, and finds leaks. It does
//! not see the nodes' own memory, which Valgrind and the address sanitizer check.
//!
//! # What is shared, and which model covers it
//!
//! | shared | where | models |
//! |---|---|---|
//! | the counts `link` and `val` of a node | `node.rs`, `ownership.rs`, `release.rs` | all in this file |
//! | a node's plain fields, once it is owned | `ownership.rs`, `find.rs` | `ownership_is_handed_over`, `a_snapshot_that_two_threads_share`, `three_threads` |
//! | `flat`, a node's mapping as one map, and `ASKED` before it | `fold.rs` | `two_threads_fold_one_node` |
//! | `flat` of a map: what is left without uninherited variables | `inherit.rs` | `two_threads_inherit`, `two_threads_inherit_from_one_map` |
//! | a future's frame, from poll to poll on several threads | `task.rs`, `guard.rs`, `table.rs` | `a_guard_moves_with_its_future`, `a_guard_is_dropped_elsewhere`, `a_future_is_dropped_elsewhere`, `a_table_takes_over_elsewhere` |
//! | `val` and `link` of a scope's node before its start, and its plain fields at the start | `start.rs` | `a_scope_starts_elsewhere`, `two_threads_look_at_an_unstarted_scope` |
//! | `owner` of a frame that hooks open and close | `hooked_task.rs` | `hooked_task/models.rs`, compiled by `--lib` |
//! | a variable's id, and its name | `key.rs` | `key/models.rs`, compiled by `--lib` |
//!
//! No model is needed for
//!
//! - data that is accessed only under a `Mutex` of `std`: the next ids and the names of variables
//!   (`key.rs`), the latest bindings (`last_binding.rs`), the callback for reports and the places
//!   of spawns (`lost/`), and the list of hooks (`als/hook.rs`), which is replaced as a whole. So
//!   are the frames of a runtime's tasks (`tokio/tasks.rs`); its `state` is read under the lock of
//!   one shard, and written before every shard is locked once;
//! - numbers that are only compared for equality: the ids of lists of entries (`ids.rs`) and of
//!   resources (`als/resource.rs`) come from one `fetch_add`;
//! - flags that are set once and guard no data: that bindings are recorded (`last_binding.rs`),
//!   that reads by `get` are reported (`lost/`), that a hook is off (`als/hook.rs`), and that
//!   captures are observed (`attachments.rs`). The observer is in a `OnceLock`. A thread that finds
//!   it empty captures no attachments. A thread that received a mapping with attachments received
//!   it from one that saw the flag, so it sees the flag too. The companions are a list of
//!   `OnceLock`s, of which none is ever freed (`companion.rs`);
//! - protocols of dependencies: `triomphe` counts the shared parts of maps. Loom does not see those
//!   counts (see `a_table_takes_over_elsewhere`); the thread sanitizer does;
//! - data of a single thread: its slot, frames, hazards, the queue of drops and the pool. A block
//!   of memory moves to another thread's pool with the last reference to its content.

#![cfg(loom)]
// A value with loom's own cell, to see races, can't be shared without it.
#![allow(unsafe_code)]

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use asynccontext::agent::async_context_swap;
use asynccontext::{Propagate, Snapshot, TaskGuard, Variable};
use loom::cell::UnsafeCell;
use loom::sync::Arc;
use loom::thread;

/// Loom detects a read and a drop that are not ordered, and a leak.
struct Watched {
    number: UnsafeCell<u32>,
    _leaks: Arc<()>,
}

// SAFETY: the cell is written only in the drop, which loom checks.
unsafe impl Send for Watched {}
// SAFETY: as above.
unsafe impl Sync for Watched {}

impl Watched {
    fn number(&self) -> u32 {
        // SAFETY: read only; loom checks.
        self.number.with(|number| unsafe { *number })
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // SAFETY: exclusive; loom checks.
        self.number.with_mut(|number| unsafe { *number = u32::MAX });
    }
}

fn new(number: u32) -> Watched {
    Watched { number: UnsafeCell::new(number), _leaks: Arc::new(()) }
}

static A: Variable<Watched> = Variable::new();
static B: Variable<Watched> = Variable::new();
static C: Variable<Watched> = Variable::new();
static D: Variable<Watched> = Variable::new();
static UNINHERITED: Variable<Watched> = Variable::new().uninherited();

fn read(variable: &Variable<Watched>) -> Option<u32> {
    variable.with(|value| value.map(Watched::number))
}

fn seen() -> (Option<u32>, Option<u32>) {
    (read(&A), read(&B))
}

fn model(f: impl Fn() + Sync + Send + 'static) {
    model_bounded(None, f);
}

fn model_bounded(preemptions: Option<usize>, f: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(preemptions);
    let runs = std::sync::Arc::new(AtomicUsize::new(0));
    let count = std::sync::Arc::clone(&runs);
    builder.check(move || {
        count.fetch_add(1, Ordering::Relaxed);
        f();
    });
    println!("{} interleavings", runs.load(Ordering::Relaxed));
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Two threads clone, read and drop one snapshot; one of them drops the last.
#[test]
fn a_snapshot_on_two_threads() {
    model(|| {
        let snapshot = A.run(new(1), Snapshot::capture);
        let theirs = snapshot.clone();
        let thread = thread::spawn(move || {
            theirs.run(|| assert_eq!(read(&A), Some(1)));
            drop(theirs.clone());
        });
        snapshot.run(|| assert_eq!(read(&A), Some(1)));
        drop(snapshot);
        thread.join().unwrap();
    });
}

/// The scopes end while another thread reads, clones and drops the snapshot.
#[test]
fn ownership_is_handed_over() {
    model(|| {
        let thread = A.run(new(1), || {
            B.run(new(2), || {
                let snapshot = Snapshot::capture();
                thread::spawn(move || {
                    snapshot.run(|| {
                        assert_eq!(seen(), (Some(1), Some(2)));
                        drop(snapshot.clone());
                    });
                })
            })
        });
        assert_eq!(seen(), (None, None));
        thread.join().unwrap();
    });
}

/// One value in a segment, through a value reference, and as a head, through a link.
#[test]
fn a_value_that_two_kinds_of_references_hold() {
    model(|| {
        let thread = A.run(new(1), || {
            B.run(new(2), || {
                let both = Snapshot::capture();
                let shadowed = A.run(new(3), Snapshot::capture);
                let thread = thread::spawn(move || {
                    shadowed.run(|| assert_eq!(seen(), (Some(3), Some(2))));
                });
                drop(both);
                thread
            })
        });
        thread.join().unwrap();
    });
}

/// The last two snapshots are dropped on two threads.
#[test]
fn the_last_two_go_at_once() {
    model(|| {
        let (first, second) =
            A.run(new(1), || B.run(new(2), || (Snapshot::capture(), A.run(new(3), Snapshot::capture))));
        let thread = thread::spawn(move || {
            first.run(|| assert_eq!(read(&A), Some(1)));
            drop(first);
        });
        second.run(|| assert_eq!(read(&B), Some(2)));
        drop(second);
        thread.join().unwrap();
    });
}

/// Two threads fold the same node into a map. The snapshot goes last, for the reason at
/// `a_table_takes_over_elsewhere`: the maps of the two share its values.
#[test]
fn two_threads_fold_one_node() {
    fn extend(snapshot: &Snapshot, variable: &'static Variable<Watched>) {
        let longer = snapshot.run(|| variable.run(new(9), Snapshot::capture));
        longer.run(|| assert_eq!((seen(), read(variable)), ((Some(1), Some(2)), Some(9))));
    }
    model(|| {
        let snapshot = A.run(new(1), || B.run(new(2), Snapshot::capture));
        let theirs = snapshot.clone();
        let thread = thread::spawn(move || extend(&theirs, &C));
        extend(&snapshot, &D);
        thread.join().unwrap();
    });
}

/// Two threads leave an uninherited value out of one chain, which is dropped with its snapshots.
#[test]
fn two_threads_inherit() {
    fn inherit(snapshot: Snapshot) {
        let rest = snapshot.run(Snapshot::inherit);
        drop(snapshot);
        rest.run(|| assert_eq!((seen(), read(&UNINHERITED)), ((Some(1), Some(2)), None)));
    }
    model_bounded(Some(3), || {
        let snapshot = A.run(new(1), || UNINHERITED.run(new(3), || B.run(new(2), Snapshot::capture)));
        let theirs = snapshot.clone();
        let thread = thread::spawn(move || inherit(theirs));
        inherit(snapshot);
        thread.join().unwrap();
    });
}

/// Two threads leave an uninherited value out of one map, which caches the result for a third
/// spawn. The snapshot goes last, for the reason at `a_table_takes_over_elsewhere`.
#[test]
fn two_threads_inherit_from_one_map() {
    fn inherit(snapshot: &Snapshot) {
        let rest = snapshot.run(Snapshot::inherit);
        rest.run(|| assert_eq!((seen(), read(&UNINHERITED)), ((Some(1), Some(2)), None)));
    }
    model_bounded(Some(3), || {
        let snapshot = A.run(new(1), || UNINHERITED.run(new(3), || B.run(new(2), Snapshot::capture)));
        let snapshot = std::sync::Arc::new(snapshot);
        let theirs = std::sync::Arc::clone(&snapshot);
        let thread = thread::spawn(move || inherit(&theirs));
        inherit(&snapshot);
        thread.join().unwrap();
        inherit(&snapshot);
    });
}

/// Two threads call one closure, and so read in one snapshot without counting a reference.
#[test]
fn a_snapshot_that_two_threads_share() {
    model(|| {
        let wrapped = A.run(new(1), || Arc::new(Snapshot::capture().wrap(|| read(&A))));
        let theirs = Arc::clone(&wrapped);
        let thread = thread::spawn(move || assert_eq!(theirs.call(()), Some(1)));
        assert_eq!(wrapped.call(()), Some(1));
        drop(wrapped);
        thread.join().unwrap();
    });
}

/// Three threads read, extend, shadow and drop the snapshot of an ended scope.
#[test]
fn three_threads() {
    model(|| {
        let threads = A.run(new(1), || {
            B.run(new(2), || {
                let first = Snapshot::capture();
                let second = A.run(new(3), Snapshot::capture);
                let third = second.run(|| B.run(new(4), Snapshot::capture));
                let one = thread::spawn(move || {
                    first.run(|| assert_eq!(seen(), (Some(1), Some(2))));
                });
                let two = thread::spawn(move || {
                    let longer = second.run(|| A.run(new(5), Snapshot::capture));
                    drop(second);
                    longer.run(|| assert_eq!(seen(), (Some(5), Some(2))));
                });
                third.run(|| assert_eq!(seen(), (Some(3), Some(4))));
                drop(third);
                [one, two]
            })
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

/// Three threads clone, read and drop one snapshot.
#[test]
fn a_snapshot_on_three_threads() {
    model(|| {
        let snapshot = A.run(new(1), Snapshot::capture);
        let threads = [snapshot.clone(), snapshot.clone()]
            .map(|snapshot| thread::spawn(move || snapshot.run(|| assert_eq!(read(&A), Some(1)))));
        drop(snapshot);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
    });
}

/// Enters at its first poll, captures, and leaves at its second.
#[derive(Default)]
struct Guarded {
    guard: Option<TaskGuard>,
    snapshot: Option<Snapshot>,
}

impl Future for Guarded {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.guard.is_none() {
            self.guard = B.enter_task(new(7)).ok();
            self.snapshot = Some(Snapshot::capture());
            return Poll::Pending;
        }
        assert_eq!(seen(), (Some(1), Some(7)));
        self.guard = None;
        assert_eq!(seen(), (Some(1), None));
        Poll::Ready(())
    }
}

/// A guard moves with its future, while a snapshot that holds its value is read here.
#[test]
fn a_guard_moves_with_its_future() {
    model(|| {
        let mut task = Box::pin(A.scope(new(1), Guarded::default()));
        assert!(poll(task.as_mut()).is_pending());
        assert_eq!(seen(), (None, None));
        let snapshot = task.inner_mut().snapshot.take().unwrap();
        let thread = thread::spawn(move || {
            assert!(poll(task.as_mut()).is_ready());
            assert_eq!(seen(), (None, None));
        });
        snapshot.run(|| assert_eq!(seen(), (Some(1), Some(7))));
        drop(snapshot);
        thread.join().unwrap();
    });
}

/// A guard that is dropped on another thread than its future's does nothing there.
#[test]
fn a_guard_is_dropped_elsewhere() {
    model(|| {
        let mut task = Box::pin(A.scope(new(1), Guarded::default()));
        assert!(poll(task.as_mut()).is_pending());
        let guard = task.inner_mut().guard.take();
        task.inner_mut().snapshot = None;
        let thread = thread::spawn(move || {
            let other = Guarded::default().with_snapshot(Snapshot::empty());
            let mut other = Box::pin(C.scope(new(3), other));
            assert!(poll(other.as_mut()).is_pending());
            drop(guard);
        });
        drop(task);
        thread.join().unwrap();
    });
}

/// A future with a guard is dropped on another thread than it was polled on.
#[test]
fn a_future_is_dropped_elsewhere() {
    model(|| {
        let mut task = Box::pin(A.scope(new(1), Guarded::default()));
        assert!(poll(task.as_mut()).is_pending());
        let snapshot = task.inner_mut().snapshot.take().unwrap();
        let thread = thread::spawn(move || drop(task));
        snapshot.run(|| assert_eq!(seen(), (Some(1), Some(7))));
        drop(snapshot);
        thread.join().unwrap();
    });
}

/// Binds three times, captures, and at its second poll leaves out of order and swaps.
#[derive(Default)]
struct OutOfOrder {
    guards: Vec<TaskGuard>,
    snapshot: Option<Snapshot>,
}

impl Future for OutOfOrder {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.guards.is_empty() {
            for (number, variable) in [(2, &B), (3, &A), (4, &B)] {
                self.guards.extend(variable.enter_task(new(number)));
            }
            self.snapshot = Some(Snapshot::capture());
            return Poll::Pending;
        }
        drop(self.guards.remove(0));
        assert_eq!(seen(), (Some(3), Some(4)));
        drop(self.guards.remove(1));
        assert_eq!(seen(), (Some(3), None));
        let previous = async_context_swap(Snapshot::empty());
        previous.run(|| assert_eq!(seen(), (Some(3), None)));
        Poll::Ready(())
    }
}

/// Captured guards are dropped out of order there, so a table takes over, while the
/// snapshot that holds their nodes is read, extended and dropped here.
///
/// The snapshot is dropped last. Two maps of which one was made from the other share parts
/// by the map's own reference counts, which loom doesn't see: with the snapshot gone, those
/// alone would order the last read here before the drop of the value there. The thread
/// sanitizer sees them.
#[test]
fn a_table_takes_over_elsewhere() {
    model_bounded(Some(3), || {
        let mut task = Box::pin(A.scope(new(1), OutOfOrder::default()));
        assert!(poll(task.as_mut()).is_pending());
        let snapshot = task.inner_mut().snapshot.take().unwrap();
        let thread = thread::spawn(move || {
            assert!(poll(task.as_mut()).is_ready());
            assert_eq!(seen(), (None, None));
        });
        let longer = snapshot.run(|| C.run(new(9), Snapshot::capture));
        longer.run(|| assert_eq!((seen(), read(&C)), ((Some(3), Some(4)), Some(9))));
        drop(longer);
        drop(snapshot);
        thread.join().unwrap();
    });
}

/// A scope starts on another thread, while a snapshot of it from before is read and dropped here.
#[test]
fn a_scope_starts_elsewhere() {
    model(|| {
        let mut task = Box::pin(A.scope(new(1), TwoPolls::default()));
        let snapshot = C.run(new(5), || task.snapshot());
        let thread = thread::spawn(move || {
            assert!(B.run(new(2), || poll(task.as_mut())).is_pending());
            assert!(poll(task.as_mut()).is_ready());
        });
        snapshot.run(|| assert_eq!((read(&A), read(&C)), (Some(1), Some(5))));
        drop(snapshot);
        thread.join().unwrap();
    });
}

/// Sees both values at each poll.
#[derive(Default)]
struct TwoPolls(bool);

impl Future for TwoPolls {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        assert_eq!(seen(), (Some(1), Some(2)));
        if std::mem::replace(&mut self.0, true) { Poll::Ready(()) } else { Poll::Pending }
    }
}

/// Two threads read the snapshot of an unstarted scope; one of them drops the scope.
#[test]
fn two_threads_look_at_an_unstarted_scope() {
    model(|| {
        let task = Arc::new(A.scope(new(1), 0..3));
        let theirs = Arc::clone(&task);
        let thread = thread::spawn(move || {
            assert_eq!(B.run(new(2), || theirs.snapshot()).run(seen), (Some(1), Some(2)));
        });
        assert_eq!(task.size_hint().0, 3);
        drop(task);
        thread.join().unwrap();
    });
}
