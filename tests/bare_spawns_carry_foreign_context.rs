//! A companion is current in tasks that are spawned bare on a runtime that `Inherit` built.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`

#![cfg(all(feature = "companions", feature = "tokio-rt-multi-thread", tokio_unstable))]

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Once};

use asynccontext::companion::{self, Companion};
use asynccontext::tokio::runtime::{Builder, Inherit};
use asynccontext::{Snapshot, Variable, agent};
use tokio::runtime::Runtime;
use tokio::task::yield_now;

static NAME: Variable<u64> = Variable::named("name");

// Ambient context of another crate.
thread_local! {
    static LEVEL: Cell<u64> = const { Cell::new(0) };
}

struct Back(u64);

impl Drop for Back {
    fn drop(&mut self) {
        LEFT_WITHIN.fetch_max(NAME.get().map_or(0, |name| name as usize), Ordering::Relaxed);
        LEVEL.set(self.0);
    }
}

/// The highest name that was current when a level was left.
static LEFT_WITHIN: AtomicUsize = AtomicUsize::new(0);

struct Level;

const FAILS: u64 = 99;

impl Companion for Level {
    type Captured = u64;
    type Entered<'a> = Back;

    fn capture(&self) -> Option<u64> {
        Some(LEVEL.get()).filter(|level| *level > 0)
    }

    fn enter<'a>(&'a self, captured: Option<&'a u64>) -> Option<Back> {
        let level = captured.copied().unwrap_or(0);
        if level == FAILS {
            std::panic::resume_unwind(Box::new("as it should"));
        }
        (LEVEL.get() != level).then(|| Back(LEVEL.replace(level)))
    }
}

fn each_runtime(test: impl Fn(Runtime)) {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        companion::register(Level);
    });
    for flavor in [Builder::new_current_thread, || Builder::new_multi_thread()] {
        test(Inherit::new().build(flavor().worker_threads(2)).unwrap().into());
        assert_eq!(LEVEL.get(), 0);
    }
}

/// Calls `f` at this level.
fn at<R>(level: u64, f: impl FnOnce() -> R) -> R {
    let _back = Back(LEVEL.replace(level));
    f()
}

/// Records the level that is current when it is dropped.
struct Witness(Arc<Mutex<Vec<u64>>>);

impl Drop for Witness {
    fn drop(&mut self) {
        self.0.lock().unwrap().push(LEVEL.get());
    }
}

#[test]
fn it_is_current_on_each_poll_and_at_the_drop() {
    each_runtime(|rt| {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let tasks: Vec<_> = (1..20)
            .map(|level| {
                let witness = Witness(Arc::clone(&seen));
                at(level, || {
                    rt.spawn(async move {
                        let _witness = witness;
                        assert_eq!(LEVEL.get(), level);
                        yield_now().await;
                        assert_eq!(LEVEL.get(), level);
                        agent::async_context_swap(Snapshot::empty());
                        yield_now().await;
                        assert_eq!(LEVEL.get(), level, "a swap leaves it alone");
                        let child = at(100 + level, || tokio::spawn(async { LEVEL.get() }));
                        assert_eq!(child.await.unwrap(), 100 + level);
                        assert_eq!(LEVEL.get(), level);
                    })
                })
            })
            .collect();
        rt.block_on(async {
            for task in tasks {
                task.await.unwrap();
                assert_eq!(LEVEL.get(), 0);
            }
        });
        let mut seen = seen.lock().unwrap().clone();
        seen.sort_unstable();
        assert_eq!(seen, Vec::from_iter(1..20));
    });
}

#[test]
fn it_is_left_before_the_tasks_values_are() {
    each_runtime(|rt| {
        LEFT_WITHIN.store(0, Ordering::Relaxed);
        let task = at(7, || NAME.run(1000, || rt.spawn(yield_now())));
        rt.block_on(task).unwrap();
        drop(rt); // the last poll has ended then
        assert_eq!(LEFT_WITHIN.load(Ordering::Relaxed), 1000);
    });
}

#[test]
fn a_task_runs_without_one_that_fails_to_enter() {
    each_runtime(|rt| {
        let task = at(FAILS, || NAME.run(1, || rt.spawn(async { (NAME.get(), LEVEL.get()) })));
        assert_eq!(rt.block_on(task).unwrap(), (Some(1), 0));
    });
}

/// A task that was spawned outside runs outside, also on a thread that waits inside.
#[test]
fn the_absence_of_context_is_carried_too() {
    each_runtime(|rt| {
        let outside = async || {
            let first = LEVEL.get();
            yield_now().await;
            (first, LEVEL.get())
        };
        let task = rt.spawn(outside());
        let seen = at(7, || {
            rt.block_on(async {
                let from_inside = tokio::spawn(outside());
                let from_nothing = Snapshot::empty().run(|| tokio::spawn(outside()));
                let seen = [task.await.unwrap(), from_nothing.await.unwrap(), from_inside.await.unwrap()];
                assert_eq!(LEVEL.get(), 7);
                seen
            })
        });
        assert_eq!(seen, [(0, 0), (0, 0), (7, 7)]);
    });
}

#[test]
fn a_task_that_is_left_out_has_none() {
    each_runtime(|_| ()); // registers it
    let inherit = Inherit::new().leave_out(|_| NAME.get() == Some(1));
    let rt: Runtime = inherit.build(&mut Builder::new_current_thread()).unwrap().into();
    for (name, seen) in [(1, 0), (2, 7)] {
        let task = at(7, || NAME.run(name, || rt.spawn(async { LEVEL.get() })));
        assert_eq!(rt.block_on(task).unwrap(), seen);
    }
}
