//! The matrix for tasks that are spawned by tokio's own functions on a runtime built by `Inherit`:
//! every flavor and way to spawn, against every guarantee.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`

#![cfg(all(feature = "tokio-rt-multi-thread", tokio_unstable))]

use crate::spawned;
use crate::witness;

use std::future::pending;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use asynccontext::tokio::runtime::{Builder, Inherit, LocalOptions};
use asynccontext::{Snapshot, Variable};
use spawned::{Spawned, Task, of_handle};
use tokio::runtime::{Handle, LocalRuntime, Runtime};
use tokio::sync::oneshot;
use tokio::task::{AbortHandle, JoinSet, yield_now};
use witness::{NAME, Seen, witness};

static INNER: Variable<u64> = Variable::named("inner");

fn of_set(spawn: impl FnOnce(&mut JoinSet<()>) -> AbortHandle) -> Spawned {
    let mut set = JoinSet::new();
    let abort = spawn(&mut set);
    Spawned { abort, done: Box::pin(async move { set.join_next().await.expect("one task") }) }
}

/// One way to spawn: its name, and a function.
type Way = (&'static str, fn(Task) -> Spawned);

const SHARED: [Way; 4] = [
    ("spawn", |task| of_handle(tokio::spawn(task))),
    ("Handle::spawn", |task| of_handle(Handle::current().spawn(task))),
    ("JoinSet::spawn", |task| of_set(|set| set.spawn(task))),
    ("JoinSet::spawn_on", |task| of_set(|set| set.spawn_on(task, &Handle::current()))),
];

/// The ways that a `LocalRuntime` adds.
const LOCAL: [Way; 2] = [
    ("spawn_local", |task| of_handle(tokio::task::spawn_local(task))),
    ("JoinSet::spawn_local", |task| of_set(|set| set.spawn_local(task))),
];

fn workers() -> Runtime {
    built(Builder::new_multi_thread().worker_threads(2).enable_all())
}

fn one_thread() -> Runtime {
    built(Builder::new_current_thread().enable_all())
}

fn local() -> LocalRuntime {
    let local = Inherit::new().build_local(Builder::new_current_thread().enable_all(), LocalOptions::default());
    local.expect("a runtime").into()
}

fn built(builder: &mut Builder) -> Runtime {
    Inherit::new().build(builder).expect("a runtime").into()
}

/// Runs `test` for each way to spawn, on each flavor of runtime.
fn every_way(test: impl AsyncFn(&str, &dyn Fn(Task) -> Spawned)) {
    let limited = async |flavor: &str, (way, spawn): Way| {
        let name = format!("{way} on {flavor}");
        let limit = tokio::time::timeout(Duration::from_secs(20), test(&name, &spawn));
        limit.await.unwrap_or_else(|_| panic!("{name}: too slow"));
    };
    for way in SHARED {
        workers().block_on(limited("workers", way));
        one_thread().block_on(limited("one thread", way));
    }
    for way in SHARED.into_iter().chain(LOCAL) {
        local().block_on(limited("a local runtime", way));
    }
}

/// Waits until nothing else holds `value`: a worker releases it after the task has ended.
async fn released(name: &str, value: &Arc<()>) {
    for _ in 0..2000 {
        if Arc::strong_count(value) == 1 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    panic!("{name}: still held");
}

#[test]
fn what_was_current_at_the_spawn_is_seen_inside() {
    every_way(async |name, spawn| {
        let seen = Seen::default();
        let inside = Arc::clone(&seen);
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                inside.lock().unwrap().push(NAME.get());
                yield_now().await;
                inside.lock().unwrap().push(NAME.get());
            }))
        });
        task.done.await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [Some(1), Some(1)], "{name}");
    });
}

/// A task may outlive the call in every way to spawn.
#[test]
fn uninherited_variables_stay_behind() {
    static UNINHERITED: Variable<Arc<()>> = Variable::named("uninherited").uninherited();
    every_way(async |name, spawn| {
        let value = Arc::new(());
        let (send, receive) = oneshot::channel();
        let ends = oneshot::channel::<()>();
        let task = Box::pin(async move {
            ends.1.await.expect("the scope ends");
            let uninherited = UNINHERITED.with(|value| value.is_some());
            send.send((NAME.get(), uninherited)).expect("the test waits");
        });
        let task = NAME.run(1, || UNINHERITED.run(Arc::clone(&value), || spawn(task)));
        assert_eq!(Arc::strong_count(&value), 1, "{name} keeps the value alive");
        ends.0.send(()).unwrap();
        task.done.await.unwrap();
        assert_eq!(receive.await, Ok((Some(1), false)), "{name}");
    });
}

#[test]
fn a_task_that_a_task_spawned_inherits() {
    every_way(async |name, spawn| {
        let task = NAME.run(1, || {
            spawn(Box::pin(async {
                let child = INNER.run(2, || tokio::spawn(async { (NAME.get(), INNER.get()) }));
                assert_eq!(child.await.unwrap(), (Some(1), Some(2)));
            }))
        });
        task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
    });
}

#[test]
fn spawning_and_joining_change_nothing_for_the_caller() {
    every_way(async |name, spawn| {
        let caller = NAME.scope(2, async {
            let task = NAME.run(1, || spawn(Box::pin(INNER.scope(9, async { yield_now().await }))));
            assert_eq!((NAME.get(), INNER.get()), (Some(2), None), "{name}");
            task.done.await.unwrap();
            assert_eq!((NAME.get(), INNER.get()), (Some(2), None), "{name}");
        });
        caller.await;
        assert!(Snapshot::capture().is_empty(), "{name}");
    });
}

#[test]
fn a_finished_task_is_dropped_inside() {
    every_way(async |name, spawn| {
        let (seen, witness) = witness();
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                let _witness = &witness;
                yield_now().await;
            }))
        });
        task.done.await.unwrap();
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}");
    });
}

#[test]
fn an_aborted_task_is_dropped_inside() {
    every_way(spawned::an_aborted_task_is_dropped_inside);
}

#[test]
fn a_task_that_panics_is_dropped_inside() {
    every_way(async |name, spawn| {
        let (seen, witness) = witness();
        let task = NAME.run(1, || {
            spawn(Box::pin(async move {
                let _witness = witness;
                let _guard = INNER.enter_task(9).unwrap();
                yield_now().await;
                INNER.run(10, || std::panic::resume_unwind(Box::new("as it should")))
            }))
        });
        assert!(task.done.await.unwrap_err().is_panic(), "{name}");
        assert_eq!(*seen.lock().unwrap(), [Some(1)], "{name}");
        let next = tokio::spawn(async { Snapshot::capture().is_empty() });
        assert!(next.await.unwrap(), "{name}");
    });
}

#[test]
fn everything_may_be_re_entered() {
    static FIRST: Variable<u64> = Variable::named("first");
    /// Spawns when it is dropped.
    struct Spawns(Handle, std::sync::mpsc::Sender<Option<u64>>);
    impl Drop for Spawns {
        fn drop(&mut self) {
            let done = self.1.clone();
            self.0.spawn(async move { done.send(NAME.get()) });
        }
    }
    static SPAWNS: Variable<Spawns> = Variable::named("spawns");
    every_way(async |name, spawn| {
        let (done, seen) = std::sync::mpsc::channel();
        let value = Spawns(Handle::current(), done);
        let task = FIRST.run(1, || {
            NAME.with(|_| {
                spawn(Box::pin(async move {
                    let child = FIRST.with(|_| tokio::spawn(async { Snapshot::capture() })).await;
                    assert_eq!(child.unwrap().run(|| FIRST.get()), Some(1));
                    let _guard = SPAWNS.enter_task(value).unwrap();
                    let _name = NAME.enter_task(2).unwrap();
                    yield_now().await;
                    SPAWNS.with(|spawns| spawns.unwrap().0.spawn(async {})).await.unwrap();
                }))
            })
        });
        task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
        tokio::time::sleep(Duration::from_millis(1)).await;
        // The guards are dropped newest first, and the value after its binding.
        let after = tokio::task::spawn_blocking(move || seen.recv_timeout(Duration::from_secs(10)));
        assert_eq!(after.await.unwrap(), Ok(None), "{name}");
    });
}

#[test]
fn a_tasks_values_are_dropped_when_it_ends() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    every_way(async |name, spawn| {
        let value = Arc::new(());
        for end in ["done", "panic", "abort", "guard"] {
            let held = Arc::clone(&value);
            let task = HELD.run(Arc::clone(&value), || {
                spawn(Box::pin(async move {
                    match end {
                        "panic" => std::panic::resume_unwind(Box::new("as it should")),
                        "abort" => pending().await,
                        "guard" => std::mem::forget(HELD.enter_task(held)),
                        _ => yield_now().await,
                    }
                }))
            });
            if end == "abort" {
                task.abort.abort();
            }
            let _ = task.done.await;
            released(&format!("{name}, {end}"), &value).await;
        }
    });
}

#[test]
fn a_guard_stays_with_its_task() {
    every_way(async |name, spawn| {
        let tasks: Vec<_> = (0..20)
            .map(|i| {
                NAME.run(i, || {
                    spawn(Box::pin(async move {
                        let outer = INNER.enter_task(i).unwrap();
                        yield_now().await;
                        let inner = INNER.enter_task(100 + i).unwrap();
                        for _ in 0..5 {
                            yield_now().await;
                            assert_eq!((NAME.get(), INNER.get()), (Some(i), Some(100 + i)));
                        }
                        drop(outer);
                        yield_now().await;
                        assert_eq!(INNER.get(), Some(100 + i));
                        drop(inner);
                        yield_now().await;
                        assert_eq!((NAME.get(), INNER.get()), (Some(i), None));
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
fn tasks_never_see_each_others_values() {
    every_way(async |name, spawn| {
        let tasks: Vec<_> = (0..200)
            .map(|i| {
                NAME.run(i, || {
                    spawn(Box::pin(async move {
                        for turn in 0..10 {
                            assert_eq!((NAME.get(), INNER.get()), (Some(i), None));
                            INNER.scope(turn, yield_now()).await;
                            assert_eq!(INNER.run(turn, || (NAME.get(), INNER.get())), (Some(i), Some(turn)));
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
fn the_drop_of_a_tasks_value_may_panic() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            if !thread::panicking() {
                std::panic::resume_unwind(Box::new("as it should"));
            }
        }
    }
    static PANICS: Variable<Panics> = Variable::named("panics");
    every_way(async |name, spawn| {
        let (go, gone) = oneshot::channel();
        let bound = PANICS.run(Panics, || spawn(Box::pin(async { gone.await.unwrap() })));
        go.send(()).unwrap(); // the task's reference is the last
        assert!(bound.done.await.is_ok(), "{name}");
        let next = NAME.run(1, || tokio::spawn(async { NAME.get() }));
        assert_eq!(next.await.unwrap(), Some(1), "{name}");
    });
}

/// Runs `test` for each way to spawn, on a runtime of each flavor that leaves out tasks spawned in
/// this file while `OUT` is bound.
fn every_way_left_out(test: impl AsyncFn(&str, &dyn Fn(Task) -> Spawned)) {
    let inherit = || {
        let here = Inherit::new().leave_out(|task| task.spawned_at().file() == file!() && OUT.get() == Some(1));
        here.leave_out(|_| OUT.get() == Some(2))
    };
    let workers: Runtime =
        inherit().build(Builder::new_multi_thread().worker_threads(2).enable_all()).expect("a runtime").into();
    let local = inherit().build_local(Builder::new_current_thread().enable_all(), LocalOptions::default());
    let local: LocalRuntime = local.expect("a runtime").into();
    for way in SHARED {
        workers.block_on(test(way.0, &way.1));
    }
    for way in SHARED.into_iter().chain(LOCAL) {
        local.block_on(test(way.0, &way.1));
    }
}

static OUT: Variable<u64> = Variable::named("out");

#[test]
fn a_task_that_is_left_out_keeps_nothing_of_its_spawner() {
    static HELD: Variable<Arc<()>> = Variable::named("held");
    every_way_left_out(async |name, spawn| {
        for (out, left_out) in [(0, false), (1, true), (2, true)] {
            let value = Arc::new(());
            let (seen, witness) = witness();
            let (go, gone) = oneshot::channel::<()>();
            let task = Box::pin(async move {
                let _witness = witness;
                gone.await.expect("the test says when");
                assert_eq!(HELD.with(|held| held.is_none()), left_out);
                assert_eq!(Snapshot::capture().is_empty(), left_out);
            });
            let bind = || OUT.run(out, || HELD.run(Arc::clone(&value), || NAME.run(1, || spawn(task))));
            let task = bind();
            assert_eq!(Arc::strong_count(&value), if left_out { 1 } else { 2 }, "{name}, {out}");
            go.send(()).expect("the task waits");
            task.done.await.unwrap_or_else(|e| panic!("{name}, {out}: {e}"));
            assert_eq!(*seen.lock().unwrap(), [(!left_out).then_some(1)], "{name}, {out}");
        }
    });
}

#[test]
fn a_task_that_is_left_out_is_otherwise_ordinary() {
    every_way_left_out(async |name, spawn| {
        let left_out = |i| {
            OUT.run(1, || {
                spawn(Box::pin(async move {
                    let guard = INNER.enter_task(i).unwrap();
                    for _ in 0..5 {
                        yield_now().await;
                        assert_eq!((OUT.get(), INNER.get()), (None, Some(i)));
                    }
                    let child = tokio::spawn(async { INNER.get() });
                    assert_eq!(child.await.unwrap(), Some(i), "a task of its own inherits");
                    drop(guard);
                    yield_now().await;
                    assert!(Snapshot::capture().is_empty());
                }))
            })
        };
        let tasks: Vec<_> = (0..20).map(left_out).collect();
        for task in tasks {
            task.done.await.unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    });
}

#[test]
fn what_this_crate_spawns_inherits_in_any_case() {
    let rt = Inherit::new().leave_out(|_| true).build(&mut Builder::new_current_thread()).expect("a runtime");
    let (tied, bare) = rt.block_on(NAME.scope(1, async {
        let tied = asynccontext::tokio::spawn(async { NAME.get() });
        let bare = tokio::spawn(async { NAME.get() });
        (tied.await.unwrap(), bare.await.unwrap())
    }));
    assert_eq!((tied, bare), (Some(1), None));
}

#[test]
fn what_says_which_tasks_to_leave_out_may_panic() {
    let rt = Inherit::new().leave_out(|_| OUT.with(|out| *out.expect("it is bound")) == 1);
    let rt = rt.build(&mut Builder::new_current_thread()).expect("a runtime");
    let spawned = std::panic::catch_unwind(|| rt.spawn(async {}));
    assert!(spawned.is_err());
    let next = OUT.run(0, || tokio::runtime::Handle::spawn(rt.handle(), async { OUT.get() }));
    assert_eq!(rt.block_on(next).unwrap(), Some(0));
}

/// hyper-util's executor stands for a pooled connection; `asynccontext-hyper-util` has the test with
/// real ones.
#[test]
fn pooled_connections_are_known_by_where_they_are_spawned() {
    use hyper::rt::Executor;

    let rt = Inherit::new().leave_out(Inherit::pooled_connections).build(&mut Builder::new_current_thread()).unwrap();
    let (send, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let task = |name| {
        let send = send.clone();
        async move { send.send((name, NAME.get())).expect("the test waits") }
    };
    NAME.run(1, || {
        rt.block_on(async {
            tokio::spawn(task("bare"));
            hyper_util::rt::TokioExecutor::new().execute(task("of a pool"));
        });
        let mut next = || rt.block_on(seen.recv()).expect("two tasks");
        let mut both = [next(), next()];
        both.sort_unstable();
        assert_eq!(both, [("bare", Some(1)), ("of a pool", None)]);
    });
}
