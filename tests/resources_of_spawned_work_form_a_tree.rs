//! With every adapter, the work is a resource triggered by the one that started it.

mod support;

use asynccontext::als::{AsyncResource, Resource, execution_async_id, execution_async_resource, trigger_async_id};
use asynccontext::thread;
use support::hooks::{Log, Watch};

/// Work that checks that it runs as a resource of this type under `parent`, and creates a child
/// resource, so that the tree shows where it ran.
fn work(type_name: &str, parent: u64) {
    let running = execution_async_resource();
    assert_eq!(running.as_ref().map(Resource::type_name), Some(type_name));
    assert_eq!(trigger_async_id(), parent, "{type_name}");
    AsyncResource::new("Child");
}

/// Checks that there is one resource of each of these types, under `parent`, with a child.
fn assert_links(log: &Log, parent: &str, type_names: &[&str]) {
    let links = log.links();
    for type_name in type_names {
        let of = |name: &str| {
            links.iter().filter(|(_, parent)| parent == name).map(|(child, _)| &**child).collect::<Vec<_>>()
        };
        assert_eq!(of(type_name), ["Child"], "{links:?}");
        assert_eq!(of(parent).iter().filter(|child| child == &type_name).count(), 1, "{type_name}: {links:?}");
    }
    let made = links.iter().filter(|(child, under)| under == parent && child != "Child").count();
    assert_eq!(made, type_names.len(), "{links:?}");
}

#[test]
fn threads() {
    let watch = Watch::new();
    let log = watch.finish(|| {
        let parent = execution_async_id();
        thread::spawn(move || work("thread::spawn", parent)).join().unwrap();
        let builder = thread::Builder::new();
        builder.spawn(move || work("thread::Builder::spawn", parent)).unwrap().join().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| work("thread::Scope::spawn", parent));
            let builder = thread::Builder::new();
            builder.spawn_scoped(scope, || work("thread::Builder::spawn_scoped", parent)).unwrap();
        });
    });
    let spawns = ["thread::spawn", "thread::Builder::spawn", "thread::Scope::spawn", "thread::Builder::spawn_scoped"];
    assert_links(&log, "Root", &spawns);
}

#[cfg(feature = "tokio")]
mod tokio {
    use std::future::pending;
    use std::time::Duration;

    use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
    use asynccontext::tokio::task::{JoinSet, LocalSet, spawn, spawn_blocking, spawn_local, yield_now};

    use super::*;

    fn one_thread() -> Runtime {
        Runtime::from(Builder::new_current_thread().enable_time().build().unwrap())
    }

    #[test]
    fn every_way_to_spawn() {
        let watch = Watch::new();
        let log = watch.finish(|| {
            let (rt, local) = (one_thread(), LocalSet::new());
            let root = execution_async_id();
            rt.block_on(async {
                work("tokio::Runtime::block_on", root);
                let at = execution_async_id();
                local.run_until(async move { work("tokio::LocalSet::run_until", at) }).await;
            });
            rt.handle().block_on(async { work("tokio::Handle::block_on", root) });
            local.block_on(&rt, async {
                work("tokio::LocalSet::block_on", root);
                let at = execution_async_id();
                let is = |name: &'static str| async move { work(name, at) };
                let called = |name: &'static str| move || work(name, at);
                let handle = Handle::current();
                let tasks = [
                    spawn(is("tokio::spawn")),
                    spawn_local(is("tokio::spawn_local")),
                    spawn_blocking(called("tokio::spawn_blocking")),
                    handle.spawn(is("tokio::Handle::spawn")),
                    handle.spawn_blocking(called("tokio::Handle::spawn_blocking")),
                    rt.spawn(is("tokio::Runtime::spawn")),
                    rt.spawn_blocking(called("tokio::Runtime::spawn_blocking")),
                    local.spawn_local(is("tokio::LocalSet::spawn_local")),
                ];
                for task in tasks {
                    task.await.unwrap();
                }
                let mut set = JoinSet::new();
                set.spawn(is("tokio::JoinSet::spawn"));
                set.spawn_on(is("tokio::JoinSet::spawn_on"), &handle);
                set.spawn_local(is("tokio::JoinSet::spawn_local"));
                set.spawn_local_on(is("tokio::JoinSet::spawn_local_on"), &local);
                set.spawn_blocking(called("tokio::JoinSet::spawn_blocking"));
                set.spawn_blocking_on(called("tokio::JoinSet::spawn_blocking_on"), &handle);
                set.join_all().await;
            });
        });
        let roots = ["tokio::Runtime::block_on", "tokio::Handle::block_on", "tokio::LocalSet::block_on"];
        for name in roots {
            assert!(log.links().contains(&(name.to_owned(), "Root".to_owned())), "{name}");
        }
        let spawns = [
            "tokio::spawn",
            "tokio::spawn_local",
            "tokio::spawn_blocking",
            "tokio::Handle::spawn",
            "tokio::Handle::spawn_blocking",
            "tokio::Runtime::spawn",
            "tokio::Runtime::spawn_blocking",
            "tokio::LocalSet::spawn_local",
            "tokio::JoinSet::spawn",
            "tokio::JoinSet::spawn_on",
            "tokio::JoinSet::spawn_local",
            "tokio::JoinSet::spawn_local_on",
            "tokio::JoinSet::spawn_blocking",
            "tokio::JoinSet::spawn_blocking_on",
        ];
        assert_links(&log, "tokio::LocalSet::block_on", &spawns);
    }

    /// Returns the lines about tasks of `tokio::spawn`.
    fn of_tasks(log: &Log) -> Vec<String> {
        let lines = log.lines().into_iter();
        lines.filter_map(|line| line.strip_suffix(" tokio::spawn").map(str::to_owned)).collect()
    }

    #[test]
    fn a_task_that_ends() {
        let watch = Watch::new();
        let log = watch.finish(|| {
            one_thread().block_on(async { spawn(async { yield_now().await }).await.unwrap() });
        });
        let expected =
            ["init", "before", "after", "before", "resolve", "after", "before", "after", "destroy"].map(str::to_owned);
        assert_eq!(of_tasks(&log), expected, "two polls and the drop");
    }

    #[test]
    fn a_task_that_panics() {
        let watch = Watch::new();
        let log = watch.finish(|| {
            one_thread().block_on(async {
                let task = spawn(async { std::panic::resume_unwind(Box::new(())) });
                let failed: Result<(), _> = task.await;
                assert!(failed.unwrap_err().is_panic());
            });
        });
        assert_eq!(of_tasks(&log), ["init", "before", "after", "before", "after", "destroy"], "a poll and the drop");
    }

    #[test]
    fn a_task_that_is_aborted_or_outlived_by_nothing() {
        let dropped = ["init", "before", "after", "destroy"];
        let polled = ["init", "before", "after", "before", "after", "destroy"];

        let watch = Watch::new();
        let log = watch.finish(|| one_thread().block_on(async { spawn(pending::<()>()).abort() }));
        assert_eq!(of_tasks(&log), dropped, "aborted before it was polled");

        let watch = Watch::new();
        let log = watch.finish(|| {
            one_thread().block_on(async {
                let task = spawn(pending::<()>());
                yield_now().await;
                task.abort();
                task.await.unwrap_err();
            });
        });
        assert_eq!(of_tasks(&log), polled, "aborted while it waits");

        let watch = Watch::new();
        let log = watch.finish(|| {
            let rt = one_thread();
            rt.spawn(async { drop(spawn(pending::<()>())) });
            rt.block_on(yield_now());
            rt.block_on(yield_now());
            drop(rt);
        });
        assert_eq!(of_tasks(&log), polled, "dropped with its runtime");

        let watch = Watch::new();
        let log = watch.finish(|| {
            one_thread().block_on(async {
                let cancelled = ::tokio::time::timeout(Duration::from_millis(1), async {
                    let mut set = JoinSet::new();
                    set.spawn(pending::<()>());
                    set.join_next().await
                });
                assert!(cancelled.await.is_err());
            });
        });
        let lines = log.lines().into_iter();
        let of_set: Vec<_> =
            lines.filter_map(|line| line.strip_suffix(" tokio::JoinSet::spawn").map(str::to_owned)).collect();
        assert_eq!(of_set, polled, "dropped with its set, by a timeout");
    }

    /// `RUSTFLAGS="--cfg tokio_unstable" cargo test -p asynccontext --all-features --target-dir target/unstable`
    #[cfg(tokio_unstable)]
    #[test]
    fn a_bare_task_where_the_runtime_is_told_to() {
        use asynccontext::tokio::runtime::Inherit;

        let watch = Watch::new();
        let log = watch.finish(|| {
            let rt = Inherit::new().build(&mut Builder::new_current_thread()).unwrap();
            rt.block_on(async {
                let parent = execution_async_id();
                let task = ::tokio::spawn(async move {
                    yield_now().await;
                    work("tokio::spawn", parent);
                });
                task.await.unwrap();
            });
        });
        assert_links(&log, "tokio::Runtime::block_on", &["tokio::spawn"]);
        // tokio's hooks report when a poll begins and ends, not its result.
        assert_eq!(of_tasks(&log), ["init", "before", "after", "before", "after", "destroy"]);
    }

    #[cfg(feature = "tokio-rt-multi-thread")]
    #[test]
    fn many_tasks_on_several_workers() {
        use crate::support::{hooks::What, scaled};

        let many = scaled(400);
        let watch = Watch::new();
        let log = watch.finish(|| {
            let rt = Runtime::from(Builder::new_multi_thread().worker_threads(4).build().unwrap());
            rt.block_on(async move {
                let mut set = JoinSet::new();
                for _ in 0..many {
                    set.spawn(async {
                        let own = execution_async_id();
                        for _ in 0..3 {
                            let child = spawn(async { (yield_now().await, trigger_async_id()).1 });
                            assert_eq!(child.await.unwrap(), own);
                            assert_eq!(execution_async_id(), own, "the same on each worker");
                        }
                        own
                    });
                }
                let ids = set.join_all().await;
                assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), many);
            });
        });
        assert_eq!(log.count(What::Init), 2 + many * 4);
        assert_eq!(log.count(What::Resolve), 1 + many * 4);
    }
}

#[cfg(feature = "rayon")]
#[test]
fn rayon_work() {
    use ::rayon::ThreadPoolBuilder;
    use ::rayon::iter::IntoParallelIterator;
    use asynccontext::{Propagate, rayon};

    let watch = Watch::new();
    let (sender, receiver) = std::sync::mpsc::channel();
    let log = watch.finish(|| {
        let root = execution_async_id();
        rayon::join(|| work("rayon::join", root), || assert_eq!(trigger_async_id(), root));
        let done = sender.clone();
        rayon::spawn(move || (work("rayon::spawn", root), done.send(()).unwrap()).1);
        rayon::spawn_fifo(move || (work("rayon::spawn_fifo", root), sender.send(()).unwrap()).1);
        rayon::scope(|scope| {
            work("rayon::scope", root);
            let at = execution_async_id();
            scope.spawn(move |_| work("rayon::Scope::spawn", at));
        });
        rayon::in_place_scope_fifo(|scope| {
            work("rayon::in_place_scope_fifo", root);
            let at = execution_async_id();
            scope.spawn_fifo(move |_| work("rayon::ScopeFifo::spawn_fifo", at));
        });
        let pool = rayon::ThreadPool::from(ThreadPoolBuilder::new().num_threads(2).build().unwrap());
        pool.install(|| work("rayon::ThreadPool::install", root));
        assert_eq!(pool.broadcast(|_| trigger_async_id()), [root; 2]);
        let ids: Vec<u64> = (0..10).into_par_iter().in_current_snapshot().map(|_| execution_async_id()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "one chain is one resource");
        receiver.iter().take(2).for_each(drop);
    });
    let links = log.links();
    let names =
        |parent: &str| links.iter().filter(|(_, under)| under == parent).map(|(name, _)| &**name).collect::<Vec<_>>();
    let expected = [
        "Scoped",
        "rayon::ThreadPool::broadcast",
        "rayon::ThreadPool::install",
        "rayon::in_place_scope_fifo",
        "rayon::join",
        "rayon::scope",
        "rayon::spawn",
        "rayon::spawn_fifo",
    ];
    assert_eq!(names("Root"), expected);
    assert_eq!(names("rayon::scope"), ["Child", "rayon::Scope::spawn"]);
    assert_eq!(names("rayon::in_place_scope_fifo"), ["Child", "rayon::ScopeFifo::spawn_fifo"]);
    let with_child = ["rayon::join", "rayon::spawn", "rayon::spawn_fifo", "rayon::Scope::spawn"];
    with_child.iter().for_each(|name| assert_eq!(names(name), ["Child"], "{name}"));
}

#[cfg(feature = "futures")]
#[test]
fn streams() {
    use asynccontext::Propagate;
    use asynccontext::als::AsyncLocalStorage;
    use futures::executor::block_on;
    use futures::stream::{self, StreamExt};

    let watch = Watch::new();
    let log = watch.finish(|| {
        let rows = stream::iter(0..2).map(|_| {
            AsyncResource::new("Row");
            execution_async_id()
        });
        let rows = rows.in_current_snapshot().map(|own| {
            let handled = async { execution_async_id() }.in_current_snapshot();
            (own, handled) // made by the consumer, so under it
        });
        let ids: Vec<(u64, u64)> = block_on(rows.then(async |(own, handled)| (own, handled.await)).collect());
        assert!(ids[0].0 == ids[1].0 && ids[0].1 != ids[1].1, "a stream is one resource: {ids:?}");

        // A snapshot between them is a level of the tree.
        let (in_context, own) = AsyncLocalStorage::<()>::new().run((), || {
            let snapshot = asynccontext::Snapshot::capture();
            let own = snapshot.run(execution_async_id);
            (snapshot, own)
        });
        assert_eq!(in_context.run(|| AsyncResource::new("Query").trigger_async_id()), own);
    });
    let link = |child: &str, parent: &str| (child.to_owned(), parent.to_owned());
    let expected = [
        link("Query", "Snapshot"),
        link("Row", "Scoped"),
        link("Row", "Scoped"),
        link("Scoped", "Root"),
        link("Scoped", "Root"),
        link("Scoped", "Root"),
        link("Snapshot", "Root"),
    ];
    assert_eq!(log.links(), expected);
}
