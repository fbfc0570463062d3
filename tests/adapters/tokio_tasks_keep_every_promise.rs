//! The guarantees of each way to spawn a task on tokio, beyond those that
//! `every_adapter_keeps_every_promise` checks for all adapters.

#![cfg(feature = "tokio")]

use crate::spawned;
use crate::witness;

use std::future::pending;
use std::sync::Arc;
use std::thread::{self, ThreadId};
use std::time::Duration;

use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
use asynccontext::tokio::task::{self, AbortHandle, JoinSet, LocalSet};
use asynccontext::{Snapshot, Variable};
use spawned::{Spawned, Task, of_handle};
use tokio::sync::oneshot;
use witness::{NAME, Seen, witness};

static INNER: Variable<u64> = Variable::named("inner");

/// One way to spawn: its name, and a function.
type Way = (&'static str, fn(&Place, Task) -> Spawned);

/// A place where a task can be spawned.
struct Place {
    runtime: Runtime,
    local: LocalSet,
}

fn of_set(spawn: impl FnOnce(&mut JoinSet<()>) -> AbortHandle) -> Spawned {
    let mut set = JoinSet::new();
    let abort = spawn(&mut set);
    Spawned { abort, done: Box::pin(async move { set.join_next().await.expect("one task") }) }
}

/// The ways of a task that may move between workers.
const SHARED: [Way; 6] = [
    ("spawn", |_, task| of_handle(asynccontext::tokio::spawn(task))),
    ("Handle::spawn", |_, task| of_handle(Handle::current().spawn(task))),
    ("Runtime::spawn", |at, task| of_handle(at.runtime.spawn(task))),
    ("Runtime::handle().spawn", |at, task| of_handle(at.runtime.handle().spawn(task))),
    ("JoinSet::spawn", |_, task| of_set(|set| set.spawn(task))),
    ("JoinSet::spawn_on", |at, task| of_set(|set| set.spawn_on(task, at.runtime.handle()))),
];

/// The ways of a task that stays on its thread.
const LOCAL: [Way; 4] = [
    ("spawn_local", |_, task| of_handle(task::spawn_local(task))),
    ("LocalSet::spawn_local", |at, task| of_handle(at.local.spawn_local(task))),
    ("JoinSet::spawn_local", |_, task| of_set(|set| set.spawn_local(task))),
    ("JoinSet::spawn_local_on", |at, task| of_set(|set| set.spawn_local_on(task, &at.local))),
];

/// Runs `test` once for each way, on a runtime of its own with two workers.
fn each_way(ways: &[Way], test: impl AsyncFn(&'static str, &dyn Fn(Task) -> Spawned)) {
    for (name, way) in ways {
        let at = Place { runtime: two_workers(), local: LocalSet::new() };
        let spawn = |task| way(&at, task);
        let all = test(name, &spawn);
        at.local
            .block_on(&at.runtime, async { tokio::time::timeout(Duration::from_secs(20), all).await })
            .unwrap_or_else(|_| panic!("{name}: too slow"));
    }
}

fn every_way(test: impl AsyncFn(&'static str, &dyn Fn(Task) -> Spawned)) {
    each_way(&SHARED, &test);
    each_way(&LOCAL, &test);
}

fn two_workers() -> Runtime {
    Runtime::from(Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime"))
}

#[test]
fn a_worker_is_left_as_it_was() {
    // A bare task on the same threads sees nothing, between and after polls.
    every_way(async |name, spawn| {
        let tasks: Vec<_> = (0..20)
            .map(|i| {
                NAME.run(i, || {
                    spawn(Box::pin(async move {
                        for _ in 0..5 {
                            let _guard = INNER.enter_task(i).unwrap();
                            task::yield_now().await;
                        }
                    }))
                })
            })
            .collect();
        let bare = async || {
            for _ in 0..5 {
                assert!(Snapshot::capture().is_empty());
                tokio::task::yield_now().await;
            }
        };
        let bare: Vec<_> = (0..20).flat_map(|_| [tokio::spawn(bare()), tokio::task::spawn_local(bare())]).collect();
        for task in tasks {
            task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
        for task in bare {
            task.await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    });
}

#[test]
fn an_aborted_task_is_dropped_inside() {
    every_way(spawned::an_aborted_task_is_dropped_inside);
}

#[test]
fn the_branch_that_loses_a_select_is_dropped_inside() {
    every_way(async |name, spawn| {
        let (seen, witness) = witness();
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                let loser = NAME.scope(3, async move {
                    let _witness = witness;
                    pending::<()>().await
                });
                tokio::select! {
                    biased;
                    () = loser => unreachable!(),
                    () = task::yield_now() => {}
                }
                assert_eq!(NAME.get(), Some(1));
            }))
        });
        task.done.await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [Some(3)], "{name}");
    });
}

#[test]
fn a_join_that_loses_a_select_leaves_the_task_as_it_is() {
    every_way(async |name, spawn| {
        let seen = Seen::default();
        let inside = Arc::clone(&seen);
        let (go, gone) = oneshot::channel::<()>();
        let mut task = NAME.run(1, || {
            spawn(Box::pin(async move {
                gone.await.unwrap();
                inside.lock().unwrap().push(NAME.get());
            }))
        });
        NAME.scope(2, async {
            tokio::select! {
                biased;
                _ = &mut task.done => unreachable!(),
                () = task::yield_now() => {}
            }
        })
        .await;
        go.send(()).unwrap();
        task.done.await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}");
    });
}

#[test]
fn a_task_keeps_its_values_when_it_moves_to_another_worker() {
    each_way(&SHARED, async |name, spawn| {
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                let _guard = INNER.enter_task(9).unwrap();
                let first: ThreadId = thread::current().id();
                let mut moved = 0;
                for _ in 0..100_000 {
                    // woken from outside, so that any free worker takes it
                    let (wake, woken) = oneshot::channel::<()>();
                    thread::spawn(move || wake.send(()));
                    woken.await.unwrap();
                    assert_eq!((NAME.get(), INNER.get()), (Some(1), Some(9)));
                    moved += usize::from(thread::current().id() != first);
                    if moved > 3 {
                        return;
                    }
                }
                panic!("never moved");
            }))
        });
        task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
    });
}

#[test]
fn tasks_never_see_each_others_values() {
    every_way(async |name, spawn| {
        let tasks: Vec<_> = (0..100)
            .map(|i| {
                NAME.run(i, || {
                    spawn(Box::pin(async move {
                        for step in 0..10 {
                            let scoped = INNER.scope(step, async move {
                                task::yield_now().await;
                                assert_eq!((NAME.get(), INNER.get()), (Some(i), Some(step)));
                            });
                            scoped.await;
                            assert_eq!((NAME.get(), INNER.get()), (Some(i), None));
                        }
                    }))
                })
            })
            .collect();
        for task in tasks {
            task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    });
}

#[test]
fn a_task_that_a_task_spawned_inherits() {
    every_way(async |name, spawn| {
        let (seen, witness) = witness();
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                let child = INNER.run(2, || {
                    asynccontext::tokio::spawn(async move {
                        let _witness = witness;
                        (NAME.get(), INNER.get())
                    })
                });
                assert_eq!(child.await.unwrap(), (Some(1), Some(2)));
            }))
        });
        task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}");
    });
}

#[test]
fn the_values_of_a_finished_task_are_dropped() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    every_way(async |name, spawn| {
        let value = Arc::new(());
        let task = HELD.run(Arc::clone(&value), || spawn(Box::pin(task::yield_now())));
        task.done.await.unwrap();
        for _ in 0..2000 {
            if Arc::strong_count(&value) == 1 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(1)).await; // the worker may still drop it
        }
        panic!("{name}: still held");
    });
}

#[test]
fn futures_collected_into_a_set_inherit() {
    two_workers().block_on(async {
        let tasks = || (0..3).map(|_| async { NAME.get() });
        let collected: JoinSet<_> = NAME.run(1, || tasks().collect());
        assert_eq!(collected.join_all().await, [Some(1); 3]);
        let mut extended = JoinSet::new();
        NAME.run(2, || extended.extend(tasks()));
        assert_eq!(extended.join_all().await, [Some(2); 3]);
    });
}
