//! The combinators and executors of `futures`, and the macros of tokio that combine.

use std::rc::Rc;
use std::sync::LazyLock;

use asynccontext::{Propagate, Snapshot};
use futures::executor::{ThreadPool, block_on};
use futures::future::{FutureExt, pending, ready};
use futures::stream::{FuturesOrdered, FuturesUnordered, StreamExt};
use futures::task::{LocalSpawnExt, SpawnExt};

use super::steps::{future, held};
use crate::row::{At, Carry, Row};
use crate::support::poll;

const STAYS: &str = "tasks of a local pool stay on its thread";

pub const ROWS: &[Row] = &[
    Row::steps("FuturesUnordered", |_, probe| {
        let mut all = FuturesUnordered::from_iter([probe.in_current_snapshot()]);
        held(move || poll(Box::pin(all.next()).as_mut()).is_pending())
    }),
    Row::steps("FuturesOrdered", |_, probe| {
        let mut all = FuturesOrdered::from_iter([probe.in_current_snapshot()]);
        held(move || poll(Box::pin(all.next()).as_mut()).is_pending())
    }),
    Row::steps("futures::join!", |_, probe| {
        let tied = probe.in_current_snapshot();
        future(async { futures::join!(tied, ready(())) })
    }),
    Row::steps("futures::select!", |_, probe| {
        let mut tied = FutureExt::fuse(probe.in_current_snapshot());
        future(async move {
            let mut never = pending::<()>();
            futures::select! { () = tied => {}, () = never => {} }
        })
    }),
    Row::steps("tokio::join!", |_, probe| {
        let tied = probe.in_current_snapshot();
        future(async { tokio::join!(tied, ready(())) })
    }),
    Row::steps("tokio::select!", |_, probe| {
        let tied = probe.in_current_snapshot();
        future(async {
            tokio::select! { () = tied => {}, () = pending() => {} }
        })
    }),
    Row::stays("LocalPool, spawn_local", STAYS, |at, probe| {
        at.pool.borrow().spawner().spawn_local(probe.in_current_snapshot()).unwrap();
        pool_runs(at)
    }),
    Row::stays("LocalPool, spawn", STAYS, |at, probe| {
        at.pool.borrow().spawner().spawn(probe.in_current_snapshot()).unwrap();
        pool_runs(at)
    }),
    Row::stays("LocalPool, spawn_local_with_handle", STAYS, |at, probe| {
        let handle = at.pool.borrow().spawner().spawn_local_with_handle(probe.in_current_snapshot()).unwrap();
        let pool = Rc::clone(&at.pool);
        Carry::Sent(Box::new(move || pool.borrow_mut().run_until(handle)))
    }),
    Row::steps("ThreadPool, spawn_with_handle", |_, probe| {
        let handle = POOL.spawn_with_handle(probe.in_current_snapshot()).unwrap();
        Carry::Sent(Box::new(|| block_on(handle)))
    }),
    Row::steps("ThreadPool::spawn_ok", |_, probe| {
        let (task, handle) = probe.in_current_snapshot().remote_handle();
        POOL.spawn_ok(task);
        Carry::Sent(Box::new(|| block_on(handle)))
    }),
];

static POOL: LazyLock<ThreadPool> = LazyLock::new(|| ThreadPool::builder().pool_size(2).create().unwrap());

fn pool_runs(at: &At) -> Carry {
    let pool = Rc::clone(&at.pool);
    Carry::Sent(Box::new(move || pool.borrow_mut().run()))
}

pub fn assert_that_workers_are_empty() {
    for _ in 0..8 {
        let bare = POOL.spawn_with_handle(async { Snapshot::capture().is_empty() });
        assert!(block_on(bare.unwrap()));
    }
}
