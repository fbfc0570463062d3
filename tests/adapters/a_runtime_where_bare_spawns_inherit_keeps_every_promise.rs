//! Runtimes built by `Inherit`: threads between polls, hooks of the user, and the end of a runtime.
//! The matrix of ways to spawn is in `bare_spawns_inherit_on_a_runtime_of_inherit.rs`.
//!
//! `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`

#![cfg(all(feature = "tokio-rt-multi-thread", tokio_unstable))]

use crate::released::is_released;
use crate::witness;

use std::collections::HashSet;
use std::future::pending;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use asynccontext::tokio::runtime::{Builder, Inherit, TaskMeta};
use asynccontext::{Snapshot, Variable};
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};
use tokio::task::yield_now;
use witness::{NAME, witness};

static INNER: Variable<u64> = Variable::named("inner");
static HELD: Variable<Arc<()>> = Variable::named("held");

fn workers() -> Runtime {
    built(Builder::new_multi_thread().worker_threads(2).enable_all())
}

fn one_thread() -> Runtime {
    built(Builder::new_current_thread().enable_all())
}

fn built(builder: &mut Builder) -> Runtime {
    Inherit::new().build(builder).expect("a runtime").into()
}

#[test]
fn a_task_sees_nothing_of_the_code_that_drives_the_runtime() {
    let drive = async || tokio::spawn(async { NAME.get() });
    for rt in [workers(), one_thread()] {
        let bare = NAME.run(1, || Snapshot::empty().run(|| rt.spawn(async { NAME.get() })));
        assert_eq!(NAME.run(2, || rt.block_on(bare)).unwrap(), None);
        let inherits = NAME.run(3, || rt.block_on(async { drive().await.await }));
        assert_eq!(inherits.unwrap(), Some(3));
    }
}

#[test]
fn several_guards_that_a_task_leaves_behind_go_with_it() {
    let (value, rt) = (Arc::new(()), one_thread());
    let left = Arc::clone(&value);
    let task = async move {
        std::mem::forget(HELD.enter_task(left).unwrap());
        std::mem::forget(INNER.enter_task(1).unwrap());
        std::mem::forget(INNER.enter_task(2).unwrap());
        (INNER.get(), HELD.get().is_some())
    };
    assert_eq!(rt.block_on(async { tokio::spawn(task).await }).unwrap(), (Some(2), true));
    assert!(is_released(&value));
}

#[test]
fn a_thread_is_left_as_it_was_after_every_poll() {
    let parks = Arc::new(AtomicUsize::new(0));
    let parked = Arc::clone(&parks);
    let empty = move || {
        // A failed assertion in this hook would end a worker without failing the test.
        let ok = Snapshot::capture().is_empty() && INNER.enter_task(0).is_err();
        parked.fetch_add(if ok { 1 } else { 1 << 32 }, Ordering::Relaxed);
    };
    let mut builder = Builder::new_multi_thread();
    let rt = built(builder.worker_threads(2).enable_all().on_thread_park(empty));
    rt.block_on(async {
        for i in 0..20 {
            let turns = NAME.run(i, || {
                tokio::spawn(async move {
                    let _guard = INNER.enter_task(i).unwrap();
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    NAME.run(100, || {
                        if i % 3 == 0 {
                            resume_unwind(Box::new("as it should"))
                        }
                    })
                })
            });
            assert_eq!(turns.await.is_err(), i % 3 == 0);
        }
    });
    let parks = parks.load(Ordering::Relaxed);
    assert!((1..1 << 32).contains(&parks), "{} parks that found something", parks >> 32);
}

#[test]
fn tasks_of_a_local_set_and_blocking_closures_are_not_reached() {
    let set = async || {
        let local = tokio::task::LocalSet::new();
        let task = NAME.run(1, || local.spawn_local(async { NAME.get() }));
        local.await;
        task.await.unwrap()
    };
    for rt in [workers(), one_thread()] {
        let seen = NAME.run(2, || rt.block_on(set()));
        assert_eq!(seen, Some(2), "what polls the set");
        let blocking = NAME.run(1, || rt.spawn_blocking(|| NAME.get()));
        assert_eq!(rt.block_on(blocking).unwrap(), None);
    }
}

#[test]
fn an_ending_runtime_drops_only_scoped_tasks_inside() {
    for rt in [workers(), one_thread()] {
        let (bare_seen, bare) = witness();
        let (scoped_seen, scoped) = witness();
        NAME.run(1, || {
            let _entered = rt.enter();
            tokio::spawn(async move { (bare, pending::<()>().await) });
            asynccontext::tokio::spawn(async move { (scoped, pending::<()>().await) });
        });
        drop(rt);
        assert_eq!(*bare_seen.lock().unwrap(), [None]);
        assert_eq!(*scoped_seen.lock().unwrap(), [Some(1)]);
    }
}

#[test]
fn a_task_spawned_on_a_closed_runtime_holds_nothing() {
    for rt in [workers(), one_thread()] {
        let value = Arc::new(());
        let handle = rt.handle().clone();
        rt.shutdown_background();
        let task = HELD.run(Arc::clone(&value), || handle.spawn(pending::<()>()));
        let ended = one_thread().block_on(task).unwrap_err();
        assert!(ended.is_cancelled());
        assert!(is_released(&value), "while the handle is still there");
        drop(handle);
    }
}

#[test]
fn a_task_moves_on_while_the_hook_after_its_poll_runs() {
    // A task that is woken early is polled on the other worker while the first one is still in the
    // hook.
    let slow = Inherit::new().on_after_task_poll(|_| thread::sleep(Duration::from_millis(20)));
    let rt: Runtime = slow.build(Builder::new_multi_thread().worker_threads(2).enable_all()).unwrap().into();
    let task = NAME.run(1, || {
        rt.spawn(async {
            let mut threads = HashSet::new();
            for turn in 0..10 {
                let _guard = INNER.enter_task(turn).unwrap();
                threads.insert(thread::current().id());
                tokio::time::sleep(Duration::from_millis(2)).await;
                assert_eq!((NAME.get(), INNER.get()), (Some(1), Some(turn)));
            }
            threads.len()
        })
    });
    assert_eq!(rt.block_on(task).unwrap(), 2, "the task has moved");
}

#[test]
fn a_task_woken_during_its_poll_keeps_its_guards() {
    let rt = built(Builder::new_multi_thread().worker_threads(4).enable_all());
    rt.block_on(async {
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for i in 0..8 {
            let (to_right, mut from_left) = mpsc::channel::<u64>(1);
            let (to_left, mut from_right) = mpsc::channel::<u64>(1);
            left.push(NAME.run(i, || {
                tokio::spawn(async move {
                    for turn in 0..2000 {
                        let _guard = INNER.enter_task(turn).unwrap();
                        to_right.send(turn).await.unwrap();
                        assert_eq!(from_right.recv().await, Some(turn));
                        assert_eq!((NAME.get(), INNER.get()), (Some(i), Some(turn)));
                    }
                })
            }));
            right.push(NAME.run(100 + i, || {
                tokio::spawn(async move {
                    while let Some(turn) = from_left.recv().await {
                        let _guard = INNER.enter_task(1_000_000 + turn).unwrap();
                        to_left.send(turn).await.unwrap();
                        yield_now().await;
                        assert_eq!((NAME.get(), INNER.get()), (Some(100 + i), Some(1_000_000 + turn)));
                    }
                })
            }));
        }
        for task in left.into_iter().chain(right) {
            task.await.unwrap();
        }
    });
}

#[test]
fn a_chain_of_many_tasks_holds_one_value() {
    fn hop(left: u32, value: Arc<()>, done: oneshot::Sender<usize>) {
        assert!(Arc::strong_count(&value) < 20, "values accumulate");
        if left == 0 {
            let _ = done.send(Arc::strong_count(&value));
            return;
        }
        HELD.run(Arc::clone(&value), || {
            tokio::spawn(async move { hop(left - 1, value, done) });
        });
    }
    let rt = workers();
    let value = Arc::new(());
    let (done, end) = oneshot::channel();
    rt.block_on(async {
        hop(100_000, Arc::clone(&value), done);
        assert!(end.await.unwrap() < 20);
    });
    assert!(is_released(&value));
}

#[test]
fn hooks_of_the_users_run_within_the_tasks_values() {
    for flavor in [Builder::new_current_thread, || Builder::new_multi_thread()] {
        let seen: [Arc<Mutex<Vec<_>>>; 4] = Default::default();
        let note = |i: usize| {
            let seen = Arc::clone(&seen[i]);
            move |meta: &TaskMeta<'_>| seen.lock().unwrap().push((meta.id(), NAME.get()))
        };
        let hooks = Inherit::new().on_task_spawn(note(0)).on_before_task_poll(note(1));
        let hooks = hooks.on_after_task_poll(note(2)).on_task_terminate(note(3));
        let mut builder = flavor();
        let replaced = builder.on_task_spawn(|_| panic!("this one is replaced"));
        let rt: Runtime = hooks.build(replaced).unwrap().into();
        let task = NAME.run(1, || {
            rt.spawn(async {
                yield_now().await;
                std::mem::forget(NAME.enter_task(2).unwrap());
            })
        });
        let id = task.id();
        rt.block_on(task).unwrap();
        drop(rt); // every hook has run then
        let of_task = |seen: Arc<Mutex<Vec<_>>>| {
            // The workers of a runtime are blocking tasks, for whose end a hook is called too.
            let seen = seen.lock().unwrap();
            seen.iter().filter(|(other, _)| *other == id).map(|(_, name)| *name).collect()
        };
        let seen: [Vec<_>; 4] = seen.map(of_task);
        assert_eq!(seen[0], [Some(1)], "spawn");
        assert_eq!(seen[1], [Some(1), Some(1)], "before each poll");
        assert_eq!(seen[2], [Some(1), Some(2)], "after each poll");
        assert_eq!(seen[3], [Some(2)], "end");
    }
}

#[test]
fn a_hook_of_the_users_that_panics_leaves_nothing_open() {
    type With = fn(Inherit) -> Inherit;
    let panics = |_: &TaskMeta<'_>| resume_unwind(Box::new("as it should"));
    let ways: [With; 2] = [
        |hooks| hooks.on_before_task_poll(|_| resume_unwind(Box::new("as it should"))),
        |hooks| hooks.on_after_task_poll(|_| resume_unwind(Box::new("as it should"))),
    ];
    for with in ways {
        let rt: Runtime = with(Inherit::new()).build(&mut Builder::new_current_thread()).unwrap().into();
        let driven =
            catch_unwind(AssertUnwindSafe(|| rt.block_on(async { NAME.run(1, || tokio::spawn(async {})).await })));
        assert!(driven.is_err(), "the hook's panic comes out of block_on");
        assert_eq!(NAME.get(), None);
        assert!(INNER.enter_task(1).is_err(), "no task runs here");
    }
    // tokio catches a panic at the end of a task.
    let rt = Inherit::new().on_task_terminate(panics).build(&mut Builder::new_current_thread()).unwrap();
    let task = NAME.run(1, || rt.spawn(async { NAME.get() }));
    assert_eq!(rt.block_on(task).unwrap(), Some(1));
}

#[test]
fn the_builder_keeps_no_hook() -> io::Result<()> {
    let mut builder = Builder::new_current_thread();
    let inherits = Inherit::new().build(&mut builder)?;
    let plain = builder.build()?;
    let spawn = async || NAME.run(1, || tokio::spawn(async { NAME.get() })).await.ok().flatten();
    assert_eq!(inherits.block_on(spawn()), Some(1));
    assert_eq!(plain.block_on(spawn()), None);
    Ok(())
}
