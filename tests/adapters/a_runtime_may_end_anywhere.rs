//! Nested runtimes, and runtimes that end inside a task or while tasks hold guards.

#![cfg(feature = "tokio-rt-multi-thread")]

use crate::released::is_released;

use std::future::pending;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use asynccontext::tokio::runtime::{Builder, Runtime};
use asynccontext::{Snapshot, Variable};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};

static NAME: Variable<u64> = Variable::named("name");
static HELD: Variable<Arc<()>> = Variable::named("held");

/// A kind of runtime, and whether tasks are spawned bare on it.
#[derive(Clone, Copy)]
struct Kind {
    name: &'static str,
    builder: fn() -> Builder,
    bare: bool,
}

impl Kind {
    fn build(self) -> Runtime {
        let mut builder = (self.builder)();
        #[cfg(tokio_unstable)]
        if self.bare {
            return asynccontext::tokio::runtime::Inherit::new().build(&mut builder).unwrap();
        }
        builder.build().unwrap().into()
    }

    fn spawn<F>(self, rt: &Runtime, task: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let bare: &tokio::runtime::Runtime = rt;
        if self.bare { bare.spawn(task) } else { rt.spawn(task) }
    }
}

fn one_thread() -> Builder {
    let mut builder = Builder::new_current_thread();
    builder.enable_all();
    builder
}

fn workers() -> Builder {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all();
    builder
}

fn kinds() -> Vec<Kind> {
    let scoped = [
        Kind { name: "one thread", builder: one_thread, bare: false },
        Kind { name: "workers", builder: workers, bare: false },
    ];
    if cfg!(not(tokio_unstable)) {
        println!("skipped without --cfg tokio_unstable: bare tasks on runtimes where they inherit");
        return scoped.into();
    }
    let bare = scoped.map(|kind| Kind { bare: true, ..kind });
    [scoped, bare].concat()
}

/// Every pair of an outer and an inner runtime.
fn each_pair(test: impl Fn(&str, Kind, Kind)) {
    for outer in kinds() {
        for inner in kinds() {
            let bare = |kind: Kind| if kind.bare { "bare on " } else { "" };
            let name = format!("{}{} in {}{}", bare(inner), inner.name, bare(outer), outer.name);
            test(&name, outer, inner);
            assert!(Snapshot::capture().is_empty(), "{name}");
        }
    }
}

/// Holds a guard until it is dropped.
async fn holds(value: Arc<()>) {
    let _guard = HELD.enter_task(value).unwrap();
    pending().await
}

/// Calls `f` where a task may block.
async fn blocking<R: Send + 'static>(f: impl FnOnce() -> R + Send + 'static) -> R {
    match Handle::current().runtime_flavor() {
        RuntimeFlavor::CurrentThread => asynccontext::tokio::spawn_blocking(f).await.unwrap(),
        _ => tokio::task::block_in_place(f),
    }
}

#[test]
fn a_runtime_within_a_task_leaves_the_tasks_values_alone() {
    each_pair(|name, outer, inner| {
        let rt = outer.build();
        let nest = move || {
            let rt = inner.build();
            let child = NAME.run(2, || {
                inner.spawn(&rt, async {
                    let _guard = NAME.enter_task(3).unwrap();
                    yield_now().await;
                    (NAME.get(), HELD.get().is_some())
                })
            });
            let child = NAME.run(4, || rt.block_on(async { (child.await.unwrap(), NAME.get()) }));
            (child, NAME.get(), HELD.get().is_some())
        };
        let task = async move {
            let _guard = HELD.enter_task(Arc::default()).unwrap();
            let inside = blocking(nest).await;
            yield_now().await;
            (inside, NAME.get(), HELD.get().is_some())
        };
        let task = NAME.run(1, || outer.spawn(&rt, task));
        let (inside, after, held) = rt.block_on(task).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(inside, (((Some(3), true), Some(4)), Some(1), true), "{name}");
        assert_eq!((after, held), (Some(1), true), "{name}");
    });
}

#[test]
fn a_runtime_dropped_in_a_task_drops_its_tasks() {
    each_pair(|name, outer, inner| {
        for background in [true, false] {
            let value = Arc::new(());
            let held = Arc::clone(&value);
            let rt = outer.build();
            let end = move || {
                let rt = inner.build();
                HELD.run(Arc::clone(&held), || {
                    inner.spawn(&rt, holds(Arc::clone(&held)));
                    inner.spawn(&rt, holds(held));
                });
                NAME.run(2, || rt.block_on(yield_now()));
                if background {
                    rt.shutdown_background()
                } else {
                    drop(rt)
                }
                (NAME.get(), HELD.get().is_some())
            };
            let task = async move { (blocking(end).await, NAME.get(), HELD.get().is_some()) };
            let task = NAME.run(1, || outer.spawn(&rt, task));
            let seen = rt.block_on(task).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(seen, ((Some(1), false), Some(1), false), "{name}, background: {background}");
            assert!(is_released(&value), "{name}, background: {background}");
        }
    });
}

#[test]
fn a_runtime_may_be_ended_by_its_own_task() {
    for kind in kinds().into_iter().filter(|kind| kind.name == "workers") {
        let value = Arc::new(());
        let (give, take) = oneshot::channel::<Runtime>();
        let (tell, told) = mpsc::channel();
        let rt = kind.build();
        kind.spawn(&rt, holds(Arc::clone(&value)));
        let held = Arc::clone(&value);
        let task = async move {
            let _guard = HELD.enter_task(held).unwrap();
            take.await.unwrap().shutdown_background();
            tell.send((NAME.get(), HELD.get().is_some())).unwrap();
            pending::<()>().await
        };
        NAME.run(1, || kind.spawn(&rt, task));
        assert!(give.send(rt).is_ok());
        let seen = told.recv_timeout(Duration::from_secs(10));
        assert_eq!(seen, Ok((Some(1), true)), "bare: {}", kind.bare);
        assert!(is_released(&value), "bare: {}", kind.bare);
    }
}

/// A way to end a runtime: its name, and a function.
type End = (&'static str, fn(Runtime));

#[test]
fn a_runtime_that_ends_drops_the_values_of_guards() {
    let ends: [End; 3] = [
        ("drop", drop),
        ("shutdown_timeout", |rt| rt.shutdown_timeout(Duration::from_secs(5))),
        ("shutdown_background", Runtime::shutdown_background),
    ];
    for (end, f) in ends {
        for kind in kinds() {
            let (value, rt) = (Arc::new(()), kind.build());
            HELD.run(Arc::clone(&value), || {
                for _ in 0..20 {
                    kind.spawn(&rt, holds(Arc::clone(&value)));
                }
            });
            NAME.run(2, || {
                rt.block_on(yield_now());
                f(rt);
                assert_eq!(NAME.get(), Some(2), "{}, {end}", kind.name);
            });
            assert!(is_released(&value), "{}, {end}, bare: {}", kind.name, kind.bare);
        }
    }
}
