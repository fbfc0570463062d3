//! tokio's blocking pool, `block_on`, local sets and the end of a runtime.

#![cfg(feature = "tokio")]

use crate::witness;

use std::future::pending;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use asynccontext::Snapshot;
use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
use asynccontext::tokio::task::{self, JoinHandle, JoinSet, LocalSet};
use witness::{NAME, Seen, Witness, witness};

fn one_thread() -> Runtime {
    Runtime::from(Builder::new_current_thread().enable_all().build().unwrap())
}

fn workers(n: usize, blocking: usize) -> Runtime {
    let mut builder = Builder::new_multi_thread();
    Runtime::from(builder.worker_threads(n).max_blocking_threads(blocking).enable_all().build().unwrap())
}

type Closure = Box<dyn FnOnce() -> Option<u64> + Send>;

fn first(set: &mut JoinSet<Option<u64>>) -> JoinHandle<Option<u64>> {
    let mut set = std::mem::take(set);
    tokio::task::spawn_local(async move { set.join_next().await.unwrap().unwrap() })
}

/// One way to a thread that may block.
type Way = (&'static str, fn(&Runtime, Closure) -> JoinHandle<Option<u64>>);

const BLOCKING: [Way; 5] = [
    ("spawn_blocking", |_, f| task::spawn_blocking(f)),
    ("Handle::spawn_blocking", |_, f| Handle::current().spawn_blocking(f)),
    ("Runtime::spawn_blocking", |rt, f| rt.spawn_blocking(f)),
    ("JoinSet::spawn_blocking", |_, f| {
        let mut set = JoinSet::new();
        set.spawn_blocking(f);
        first(&mut set)
    }),
    ("JoinSet::spawn_blocking_on", |rt, f| {
        let mut set = JoinSet::new();
        set.spawn_blocking_on(f, rt.handle());
        first(&mut set)
    }),
];

fn each_blocking(test: impl AsyncFn(&'static str, &dyn Fn(Closure) -> JoinHandle<Option<u64>>)) {
    for (name, way) in BLOCKING {
        let rt = workers(1, 1); // one blocking thread, so that it is used again
        LocalSet::new().block_on(&rt, test(name, &|f| way(&rt, f)));
    }
}

#[test]
fn a_blocking_closure_that_never_ran_is_dropped_inside() {
    each_blocking(async |name, spawn| {
        // the only thread is busy, so the second closure waits, and is cancelled
        let (go, gone) = mpsc::channel::<()>();
        let busy = spawn(Box::new(move || gone.recv().ok().map(|()| 0)));
        let (seen, witness) = witness();
        let task = NAME.run(1, || {
            task::spawn_blocking(move || {
                let _witness = witness;
            })
        });
        NAME.run(2, || task.abort());
        go.send(()).unwrap();
        busy.await.unwrap();
        assert!(task.await.unwrap_err().is_cancelled(), "{name}");
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}");
    });
}

#[test]
fn blocking_closures_never_see_each_others_values() {
    each_blocking(async |name, spawn| {
        let tasks: Vec<_> = (0..50).map(|i| NAME.run(i, || spawn(Box::new(|| NAME.get())))).collect();
        for (i, task) in (0..).zip(tasks) {
            assert_eq!(task.await.unwrap(), Some(i), "{name}");
        }
    });
}

#[test]
fn what_blocks_in_place_stays_in_its_context() {
    let rt = workers(2, 4);
    let task = NAME.run(1, || {
        rt.spawn(async {
            let inside = tokio::task::block_in_place(|| NAME.run(2, || (NAME.get(), Handle::current())));
            let nested = tokio::task::block_in_place(|| inside.1.block_on(async { NAME.get() }));
            task::yield_now().await;
            (inside.0, nested, NAME.get())
        })
    });
    assert_eq!(rt.block_on(task).unwrap(), (Some(2), Some(1), Some(1)));
}

#[test]
fn the_root_future_runs_and_drops_in_its_caller_s_context() {
    for rt in [one_thread(), workers(1, 1)] {
        let handle = rt.handle().clone();
        let ways: [&dyn Fn(Witness) -> Option<u64>; 3] =
            [&|w| rt.block_on(root(w)), &|w| handle.block_on(root(w)), &|w| LocalSet::new().block_on(&rt, root(w))];
        for block_on in ways {
            let (seen, witness) = witness();
            NAME.run(1, || {
                assert_eq!(block_on(witness), Some(1));
                assert_eq!(NAME.get(), Some(1));
            });
            assert_eq!(*seen.lock().unwrap(), [Some(1)]);
            assert_eq!(NAME.get(), None);
        }
    }
}

async fn root(witness: Witness) -> Option<u64> {
    let _witness = witness;
    task::yield_now().await;
    let guard = NAME.enter_task(5).expect("the root is a task");
    assert_eq!(NAME.get(), Some(5));
    drop(guard);
    NAME.get()
}

#[test]
fn a_root_future_that_panics_leaves_the_caller_as_it_was() {
    let rt = one_thread();
    NAME.run(1, || {
        let panics = || rt.block_on(async { NAME.run(2, || std::panic::resume_unwind(Box::new("as it should"))) });
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
        assert_eq!(NAME.get(), Some(1));
    });
    assert!(Snapshot::capture().is_empty());
}

#[test]
fn bare_tasks_see_nothing_of_the_thread_that_drives_them() {
    let rt = one_thread();
    let bare = || tokio::spawn(async { NAME.get() });
    let local = || tokio::task::spawn_local(async { NAME.get() });
    NAME.run(1, || {
        rt.block_on(async {
            assert_eq!(bare().await.unwrap(), None);
            let set = LocalSet::new();
            assert_eq!(set.run_until(async { local().await.unwrap() }).await, None);
            let entered = set.enter();
            let task = local();
            drop(entered);
            set.await;
            assert_eq!(task.await.unwrap(), None);
        });
        let seen = LocalSet::new().block_on(&rt, async { (bare().await.unwrap(), local().await.unwrap()) });
        assert_eq!(seen, (None, None));
    });
}

#[test]
fn run_until_runs_in_the_context_of_its_call() {
    let rt = one_thread();
    let local = LocalSet::new();
    let (seen, witness) = witness();
    let future = NAME.run(1, || local.run_until(async { (witness, NAME.get()).1 }));
    assert_eq!(NAME.run(2, || rt.block_on(future)), Some(1));
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
    let (seen, witness) = self::witness();
    let never_polled = NAME.run(1, || local.run_until(async { drop(witness) }));
    NAME.run(2, || drop(never_polled));
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
}

/// Spawns tasks that never end, one for each name.
fn park(seen: &Seen, spawn: impl Fn(std::pin::Pin<Box<dyn Future<Output = ()> + Send>>), count: u64) {
    for i in 1..=count {
        let witness = Witness(Arc::clone(seen));
        NAME.run(i, || {
            spawn(Box::pin(async move {
                let _witness = witness;
                pending().await
            }))
        });
    }
}

#[test]
fn a_shutdown_drops_each_task_in_its_own_context() {
    let ends: [fn(Runtime); 5] = [
        drop,
        |rt| rt.shutdown_timeout(Duration::from_secs(20)),
        |rt| rt.shutdown_background(),
        |rt| drop(tokio::runtime::Runtime::from(rt)),
        |rt| rt.block_on(async { task::yield_now().await }), // tasks that were polled
    ];
    for make in [|| workers(2, 1), one_thread] {
        for end in ends {
            let rt = make();
            let seen = Seen::default();
            park(&seen, |task| drop(rt.spawn(task)), 5);
            NAME.run(99, || end(rt));
            for _ in 0..2000 {
                if seen.lock().unwrap().len() == 5 {
                    break;
                }
                std::thread::sleep(Duration::from_millis(1)); // a shutdown in the background
            }
            let mut seen = seen.lock().unwrap().clone();
            seen.sort_unstable();
            assert_eq!(seen, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
            assert!(Snapshot::capture().is_empty());
        }
    }
}

#[test]
fn a_set_drops_each_task_in_its_own_context() {
    let rt = one_thread();
    rt.block_on(async {
        for drops in [true, false] {
            let seen = Seen::default();
            let set = std::cell::RefCell::new(JoinSet::new());
            park(&seen, |task| drop(set.borrow_mut().spawn(task)), 3);
            task::yield_now().await;
            let mut set = set.into_inner();
            let end = NAME.scope(9, async move { if drops { drop(set) } else { set.shutdown().await } });
            end.await;
            task::yield_now().await;
            let mut seen = seen.lock().unwrap().clone();
            seen.sort_unstable();
            assert_eq!(seen, [Some(1), Some(2), Some(3)]);
        }
    });
}

#[test]
fn a_local_set_drops_each_task_in_its_own_context() {
    let rt = one_thread();
    for polled in [true, false] {
        let seen = Seen::default();
        let local = LocalSet::new();
        park(&seen, |task| drop(local.spawn_local(task)), 3);
        if polled {
            local.block_on(&rt, task::yield_now());
        }
        NAME.run(9, || drop(local));
        let mut seen = seen.lock().unwrap().clone();
        seen.sort_unstable();
        assert_eq!(seen, [Some(1), Some(2), Some(3)], "polled: {polled}");
        assert!(Snapshot::capture().is_empty());
    }
}

#[test]
fn a_runtime_dropped_in_a_task_panics_as_tokio_s_does() {
    let rt = one_thread();
    NAME.run(1, || {
        rt.block_on(async {
            let inner = one_thread();
            let dropped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(inner)));
            assert_eq!(NAME.get(), Some(1));
            assert!(dropped.is_err(), "tokio forbids it");
            one_thread().shutdown_background(); // and this is its way
            assert_eq!(NAME.get(), Some(1));
        });
    });
}

#[test]
fn a_nested_runtime_panics_as_tokio_s_does() {
    let rt = one_thread();
    let other = one_thread();
    NAME.run(1, || {
        rt.block_on(async {
            let nested = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| other.block_on(async {})));
            assert!(nested.is_err(), "tokio forbids it");
            assert_eq!(NAME.get(), Some(1));
        });
    });
}

/// A blocking thread may drive a runtime of its own, which is how tokio supports nesting.
#[test]
fn a_runtime_on_a_blocking_thread_of_another_has_the_context() {
    let rt = workers(1, 1);
    let nested = || one_thread().block_on(async { (task::spawn(async { NAME.get() }).await.unwrap(), NAME.get()) });
    let seen = NAME.run(1, || rt.spawn_blocking(nested));
    assert_eq!(rt.block_on(seen).unwrap(), (Some(1), Some(1)));
}

#[test]
fn a_task_refused_by_an_ended_runtime_drops_inside() {
    for rt in [one_thread(), workers(1, 1)] {
        let handle = rt.handle().clone();
        drop(rt);
        let (seen, witness) = witness();
        let (task, closure) = (Witness(Arc::clone(&seen)), Witness(Arc::clone(&seen)));
        let (task, closure, mut set) = NAME.run(1, || {
            let mut set = JoinSet::new();
            set.spawn_on(async move { drop(witness) }, &handle);
            (handle.spawn(async move { drop(task) }), handle.spawn_blocking(move || drop(closure)), set)
        });
        assert_eq!(NAME.get(), None);
        one_thread().block_on(async {
            assert!(task.await.unwrap_err().is_cancelled());
            assert!(closure.await.unwrap_err().is_cancelled());
            assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
        });
        assert_eq!(*seen.lock().unwrap(), [Some(1); 3]);
    }
}

#[test]
fn wrappers_are_as_send_and_sync_as_tokios() {
    fn both<T: Send + Sync>() {}
    both::<Handle>();
    both::<Runtime>();
    both::<JoinSet<u8>>();
    assert_eq!(size_of::<Handle>(), size_of::<tokio::runtime::Handle>());
    assert_eq!(size_of::<JoinSet<u8>>(), size_of::<tokio::task::JoinSet<u8>>());
}
