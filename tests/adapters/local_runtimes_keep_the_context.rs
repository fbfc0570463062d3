//! tokio's `LocalRuntime`: every way to spawn on it, against every guarantee.

#![cfg(feature = "tokio")]

use crate::spawned;
use crate::witness;

use std::future::pending;
use std::time::Duration;

use asynccontext::tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use asynccontext::tokio::task::{self, JoinError, JoinSet, yield_now};
use asynccontext::{Snapshot, Variable};
use spawned::{Spawned, Task, of_handle};
use witness::{NAME, witness};

static INNER: Variable<u64> = Variable::named("inner");

/// One way to spawn: its name, and a function.
type Way = (&'static str, fn(&LocalRuntime, Task) -> Spawned);

const WAYS: [Way; 5] = [
    ("LocalRuntime::spawn_local", |rt, task| of_handle(rt.spawn_local(task))),
    ("LocalRuntime::handle().spawn", |rt, task| of_handle(rt.handle().spawn(task))),
    ("spawn_local", |rt, task| {
        let _entered = rt.enter();
        of_handle(task::spawn_local(task))
    }),
    ("spawn", |rt, task| {
        let _entered = rt.enter();
        of_handle(task::spawn(task))
    }),
    ("JoinSet::spawn_local", |rt, task| {
        let _entered = rt.enter();
        let mut set = JoinSet::new();
        let abort = set.spawn_local(task);
        Spawned { abort, done: Box::pin(async move { set.join_next().await.expect("one task") }) }
    }),
];

fn runtime() -> LocalRuntime {
    let built = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    LocalRuntime::from(built.expect("a runtime"))
}

fn every_way(test: impl Fn(&'static str, &LocalRuntime, &dyn Fn(Task) -> Spawned)) {
    for (name, way) in WAYS {
        let rt = runtime();
        test(name, &rt, &|task| way(&rt, task));
        assert!(Snapshot::capture().is_empty(), "{name}");
    }
}

#[test]
fn a_task_runs_and_is_dropped_where_it_was_spawned() {
    every_way(|name, rt, spawn| {
        for end in ["done", "panic", "abort"] {
            let (seen, witness) = witness();
            let task = NAME.run(1, || {
                spawn(Box::pin(async move {
                    let _witness = witness;
                    assert_eq!(NAME.get(), Some(1), "{name}, {end}");
                    yield_now().await;
                    assert_eq!(NAME.get(), Some(1), "{name}, {end}");
                    match end {
                        "abort" => pending().await,
                        "panic" => std::panic::resume_unwind(Box::new("as it should")),
                        _ => (),
                    }
                }))
            });
            let result = NAME.run(2, || {
                rt.block_on(async {
                    yield_now().await;
                    if end == "abort" {
                        task.abort.abort();
                    }
                    task.done.await
                })
            });
            assert_eq!(result.as_ref().is_err_and(JoinError::is_panic), end == "panic", "{name}");
            assert_eq!(result.as_ref().is_err_and(JoinError::is_cancelled), end == "abort", "{name}");
            assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}, {end}");
        }
    });
}

#[test]
fn a_task_sees_nothing_of_the_future_that_drives_it() {
    every_way(|name, rt, spawn| {
        let tied = spawn(Box::pin(async { assert_eq!(NAME.get(), None) }));
        NAME.run(2, || {
            rt.block_on(async {
                let _guard = INNER.enter_task(3).unwrap();
                let bare = tokio::task::spawn_local(async { (NAME.get(), INNER.get()) });
                tied.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
                assert_eq!(bare.await.unwrap(), (None, None), "{name}");
                assert_eq!((NAME.get(), INNER.get()), (Some(2), Some(3)), "{name}");
            })
        });
    });
}

#[test]
fn a_guard_stays_with_its_task_and_no_task_sees_another() {
    every_way(|name, rt, spawn| {
        let tasks: Vec<_> = (0..20)
            .map(|i| {
                NAME.run(i, || {
                    spawn(Box::pin(async move {
                        let _guard = INNER.enter_task(i).unwrap();
                        for _ in 0..5 {
                            yield_now().await;
                            assert_eq!((NAME.get(), INNER.get()), (Some(i), Some(i)));
                        }
                    }))
                })
            })
            .collect();
        rt.block_on(async {
            for task in tasks {
                task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
            }
        });
    });
}

#[test]
fn a_blocking_closure_inherits() {
    let rt = LocalRuntime::new().unwrap();
    let (seen, witness) = witness();
    let task = NAME.run(1, || {
        rt.spawn_blocking(move || {
            let _witness = witness;
            NAME.get()
        })
    });
    assert_eq!(rt.block_on(task).unwrap(), Some(1));
    assert_eq!(*seen.lock().unwrap(), [Some(1)]);
}

/// A way to end a runtime: its name, and a function.
type End = (&'static str, fn(LocalRuntime));

#[test]
fn a_runtime_that_ends_drops_each_task_inside() {
    let ends: [End; 4] = [
        ("drop", drop),
        ("shutdown_timeout", |rt| rt.shutdown_timeout(Duration::from_secs(1))),
        ("shutdown_background", LocalRuntime::shutdown_background),
        ("into tokio's", |rt| drop(tokio::runtime::LocalRuntime::from(rt))),
    ];
    for (end, f) in ends {
        for (name, way) in WAYS {
            let rt = runtime();
            let (seen, witness) = witness();
            let task = NAME.run(1, || way(&rt, Box::pin(async move { (witness, pending::<()>().await).1 })));
            rt.block_on(yield_now()); // so that it is polled
            NAME.run(2, || f(rt));
            assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}, {end}");
            drop(task.abort);
        }
    }
}
