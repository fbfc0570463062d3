//! rayon's pools and parallel iterators. Everything is called from outside a pool, so the
//! work is done on another thread.

use std::sync::LazyLock;

use ::rayon::prelude::*;
use asynccontext::rayon::{self, ThreadPool, ThreadPoolBuilder};
use asynccontext::{Propagate, Snapshot};

use crate::probe::surfaced;
use crate::row::{Carry, Row};

pub const ROWS: &[Row] = &[
    Row::away("rayon::join, first", |_, probe| done(|| rayon::join(|| probe.once(), || ()))),
    Row::away("rayon::join, second", |_, probe| done(|| rayon::join(|| (), || probe.once()))),
    Row::away("rayon::join_context, first", |_, probe| done(|| rayon::join_context(|_| probe.once(), |_| ()))),
    Row::away("rayon::join_context, second", |_, probe| done(|| rayon::join_context(|_| (), |_| probe.once()))),
    Row::away("rayon::scope", |_, probe| done(|| rayon::scope(|_| probe.once()))),
    Row::away("rayon::Scope::spawn", |_, probe| done(|| rayon::scope(|s| s.spawn(|_| probe.once())))),
    Row::away("rayon::Scope::spawn, nested", |_, probe| {
        done(|| rayon::scope(|s| s.spawn(|s| s.spawn(|_| probe.once()))))
    }),
    Row::away("rayon::Scope::spawn_broadcast", |_, probe| {
        let f = probe.at_first_call();
        done(|| rayon::scope(|s| s.spawn_broadcast(move |_, _| f())))
    }),
    Row::away("rayon::scope_fifo", |_, probe| done(|| rayon::scope_fifo(|_| probe.once()))),
    Row::away("rayon::ScopeFifo::spawn_fifo", |_, probe| {
        done(|| rayon::scope_fifo(|s| s.spawn_fifo(|_| probe.once())))
    }),
    Row::away("rayon::ScopeFifo::spawn_broadcast", |_, probe| {
        let f = probe.at_first_call();
        done(|| rayon::scope_fifo(|s| s.spawn_broadcast(move |_, _| f())))
    }),
    Row::away("rayon::in_place_scope", |_, probe| done(|| rayon::in_place_scope(|s| s.spawn(|_| probe.once())))),
    Row::away("rayon::in_place_scope_fifo", |_, probe| {
        done(|| rayon::in_place_scope_fifo(|s| s.spawn_fifo(|_| probe.once())))
    }),
    Row::away("rayon::spawn", |_, probe| done(|| rayon::spawn(|| probe.once()))),
    Row::away("rayon::spawn_fifo", |_, probe| done(|| rayon::spawn_fifo(|| probe.once()))),
    Row::away("rayon::broadcast", |_, probe| {
        let f = probe.at_first_call();
        done(|| rayon::broadcast(move |_| f()))
    }),
    Row::away("rayon::spawn_broadcast", |_, probe| {
        let f = probe.at_first_call();
        done(|| rayon::spawn_broadcast(move |_| f()))
    }),
    Row::away("rayon::ThreadPool::install", |_, probe| done(|| POOL.install(|| probe.once()))),
    Row::away("rayon::ThreadPool::join, first", |_, probe| done(|| POOL.join(|| probe.once(), || ()))),
    Row::away("rayon::ThreadPool::join, second", |_, probe| done(|| POOL.join(|| (), || probe.once()))),
    Row::away("rayon::ThreadPool::scope", |_, probe| done(|| POOL.scope(|s| s.spawn(|_| probe.once())))),
    Row::away("rayon::ThreadPool::scope_fifo", |_, probe| done(|| POOL.scope_fifo(|s| s.spawn_fifo(|_| probe.once())))),
    Row::away("rayon::ThreadPool::in_place_scope", |_, probe| {
        done(|| POOL.in_place_scope(|s| s.spawn(|_| probe.once())))
    }),
    Row::away("rayon::ThreadPool::in_place_scope_fifo", |_, probe| {
        done(|| POOL.in_place_scope_fifo(|s| s.spawn_fifo(|_| probe.once())))
    }),
    Row::away("rayon::ThreadPool::spawn", |_, probe| done(|| POOL.spawn(|| probe.once()))),
    Row::away("rayon::ThreadPool::spawn_fifo", |_, probe| done(|| POOL.spawn_fifo(|| probe.once()))),
    Row::away("rayon::ThreadPool::broadcast", |_, probe| {
        let f = probe.at_first_call();
        done(|| POOL.broadcast(move |_| f()))
    }),
    Row::away("rayon::ThreadPool::spawn_broadcast", |_, probe| {
        let f = probe.at_first_call();
        done(|| POOL.spawn_broadcast(move |_| f()))
    }),
    Row::away("a parallel iterator of the prelude", |_, probe| {
        let f = probe.at_first_call();
        let items = vec![(); 4];
        done(|| rayon::prelude::IntoParallelIterator::into_par_iter(items).for_each(move |()| f()))
    }),
    Row::away("a parallel iterator's step: map", |_, probe| {
        let f = probe.at_first_call();
        done(|| split().in_current_snapshot().map(move |()| f()).count())
    }),
    Row::away("a parallel iterator's end: for_each", |_, probe| {
        let f = probe.at_first_call();
        done(|| split().in_current_snapshot().for_each(move |()| f()))
    }),
];

/// The work is done by the call, or later by the pool, in which case there is no handle to wait
/// with.
fn done<R>(call: impl FnOnce() -> R) -> Carry {
    LazyLock::force(&GLOBAL);
    call();
    Carry::Done
}

static POOL: LazyLock<ThreadPool> = LazyLock::new(|| two_threads().build().unwrap());
/// A program has one global pool, which is built before its first use.
static GLOBAL: LazyLock<()> = LazyLock::new(|| two_threads().build_global().unwrap());

fn two_threads() -> ThreadPoolBuilder {
    ThreadPoolBuilder::new().num_threads(2).panic_handler(surfaced)
}

/// Items that are distributed one by one.
fn split() -> impl IndexedParallelIterator<Item = ()> {
    vec![(); 4].into_par_iter().with_max_len(1)
}

pub fn assert_that_workers_are_empty() {
    LazyLock::force(&GLOBAL);
    let empty = |_: ::rayon::BroadcastContext<'_>| Snapshot::capture().is_empty();
    let empty = [::rayon::ThreadPool::broadcast(&POOL, empty), ::rayon::broadcast(empty)];
    assert!(empty.concat().into_iter().all(|empty| empty));
}
