//! tokio's tasks and blocking closures.

use std::panic::resume_unwind;
use std::rc::Rc;
use std::sync::LazyLock;

use asynccontext::Snapshot;
use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
use asynccontext::tokio::task::{self, JoinError, JoinHandle, JoinSet};

use crate::probe::NAME;
use crate::row::{At, Carry, Row};

const LOCAL: &str = "tasks of a local set stay on its thread";
const ROOT: &str = "the root future stays on its thread";

pub const ROWS: &[Row] = &[
    Row::steps("tokio::spawn", |_, probe| task(inside(|| task::spawn(probe)))),
    Row::steps("Handle::spawn", |_, probe| task(inside(|| Handle::current().spawn(probe)))),
    Row::steps("Runtime::spawn", |_, probe| task(RUNTIME.spawn(probe))),
    Row::steps("JoinSet::spawn", |_, probe| set(|set| inside(|| drop(set.spawn(probe))))),
    Row::steps("JoinSet::spawn_on", |_, probe| set(|set| drop(set.spawn_on(probe, RUNTIME.handle())))),
    Row::steps("JoinSet::extend", |_, probe| set(|set| inside(|| set.extend([probe])))),
    Row::steps("JoinSet, collected", |_, probe| set(|set| *set = inside(|| [probe].into_iter().collect()))),
    Row::stays("task::spawn_local", LOCAL, |at, probe| {
        let _entered = at.local.enter();
        local(at, task::spawn_local(probe))
    }),
    Row::stays("LocalSet::spawn_local", LOCAL, |at, probe| local(at, at.local.spawn_local(probe))),
    Row::stays("JoinSet::spawn_local", LOCAL, |at, probe| {
        let _entered = at.local.enter();
        local_set(at, |set| drop(set.spawn_local(probe)))
    }),
    Row::stays("JoinSet::spawn_local_on", LOCAL, |at, probe| {
        local_set(at, |set| drop(set.spawn_local_on(probe, &at.local)))
    }),
    Row::away("task::spawn_blocking", |_, probe| task(inside(|| task::spawn_blocking(|| probe.once())))),
    Row::away("Handle::spawn_blocking", |_, probe| task(RUNTIME.handle().spawn_blocking(|| probe.once()))),
    Row::away("Runtime::spawn_blocking", |_, probe| task(RUNTIME.spawn_blocking(|| probe.once()))),
    Row::away("JoinSet::spawn_blocking", |_, probe| set(|set| inside(|| drop(set.spawn_blocking(|| probe.once()))))),
    Row::away("JoinSet::spawn_blocking_on", |_, probe| {
        set(|set| drop(set.spawn_blocking_on(|| probe.once(), RUNTIME.handle())))
    }),
    Row::steps("task::block_in_place, in a task", |_, mut probe| {
        task(RUNTIME.spawn(async move {
            while task::block_in_place(|| probe.step()) {
                probe.turn().await;
            }
        }))
    }),
    Row::stays("Runtime::block_on", ROOT, |_, probe| {
        RUNTIME.block_on(probe);
        Carry::Done
    }),
    Row::stays("Handle::block_on", ROOT, |_, probe| {
        RUNTIME.handle().block_on(probe);
        Carry::Done
    }),
    Row::stays("LocalSet::block_on", ROOT, |at, probe| {
        at.local.block_on(&RUNTIME, probe);
        Carry::Done
    }),
    Row::stays("LocalSet::run_until", ROOT, |at, probe| {
        let root = at.local.run_until(probe);
        NAME.run(99, || bare().block_on(root));
        Carry::Done
    }),
];

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::from(Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()));

/// tokio's own functions, only to wait: they do not affect the values.
fn bare() -> &'static tokio::runtime::Runtime {
    &RUNTIME
}

/// Calls `f` where the runtime is the current one.
fn inside<R>(f: impl FnOnce() -> R) -> R {
    let _entered = bare().enter();
    f()
}

fn unwrap(result: Result<(), JoinError>) {
    result.unwrap_or_else(|e| resume_unwind(e.into_panic()));
}

fn task(handle: JoinHandle<()>) -> Carry {
    Carry::Sent(Box::new(|| unwrap(bare().block_on(handle))))
}

fn set(spawn: impl FnOnce(&mut JoinSet<()>)) -> Carry {
    let mut set = JoinSet::new();
    spawn(&mut set);
    Carry::Sent(Box::new(move || unwrap(bare().block_on(set.join_next()).unwrap())))
}

fn local(at: &At, handle: JoinHandle<()>) -> Carry {
    let set = Rc::clone(&at.local);
    Carry::Sent(Box::new(move || unwrap(tokio::task::LocalSet::block_on(&set, bare(), handle))))
}

fn local_set(at: &At, spawn: impl FnOnce(&mut JoinSet<()>)) -> Carry {
    let mut set = JoinSet::new();
    spawn(&mut set);
    let local = Rc::clone(&at.local);
    Carry::Sent(Box::new(move || unwrap(tokio::task::LocalSet::block_on(&local, bare(), set.join_next()).unwrap())))
}

pub fn assert_that_workers_are_empty() {
    for _ in 0..8 {
        let task = bare().spawn(async { Snapshot::capture().is_empty() });
        let blocking = bare().spawn_blocking(|| Snapshot::capture().is_empty());
        assert!(bare().block_on(task).unwrap() && bare().block_on(blocking).unwrap());
    }
}
