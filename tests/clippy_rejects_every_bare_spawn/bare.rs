//! One call of everything that the configuration disallows. Compiled and linted, never called.

#![allow(dead_code, unused_results)]

use std::thread;

use tokio::runtime::{Handle, LocalRuntime, Runtime};
use tokio::task::{self, JoinSet, LocalSet};

fn nothing() {}

async fn no_output() {}

fn threads() -> std::io::Result<()> {
    thread::spawn(nothing);
    thread::Builder::new().spawn(nothing)?;
    thread::scope(|scope| {
        scope.spawn(nothing);
        thread::Builder::new().spawn_scoped(scope, nothing)?;
        Ok(())
    })
}

/// Referred to, not called, since it is `unsafe`.
fn unchecked() {
    let _ = thread::Builder::spawn_unchecked::<fn(), ()>;
}

fn tasks(handle: &Handle, runtime: &Runtime, local: &LocalRuntime) {
    tokio::spawn(no_output());
    task::spawn_local(no_output());
    task::spawn_blocking(nothing);
    handle.spawn(no_output());
    handle.spawn_blocking(nothing);
    runtime.spawn(no_output());
    runtime.spawn_blocking(nothing);
    local.spawn_local(no_output());
    local.spawn_blocking(nothing);
}

fn sets(_: JoinSet<()>, _: LocalSet) {}

fn pools(pool: &rayon::ThreadPool) {
    rayon::join(nothing, nothing);
    rayon::join_context(|_| (), |_| ());
    rayon::scope(|scope| {
        scope.spawn(|_| ());
        scope.spawn_broadcast(|_, _| ());
    });
    rayon::scope_fifo(|scope| {
        scope.spawn_fifo(|_| ());
        scope.spawn_broadcast(|_, _| ());
    });
    rayon::in_place_scope(|_| ());
    rayon::in_place_scope_fifo(|_| ());
    rayon::spawn(nothing);
    rayon::spawn_fifo(nothing);
    rayon::broadcast(|_| ());
    rayon::spawn_broadcast(|_| ());
    pool.install(nothing);
    pool.join(nothing, nothing);
    pool.scope(|_| ());
    pool.scope_fifo(|_| ());
    pool.in_place_scope(|_| ());
    pool.in_place_scope_fifo(|_| ());
    pool.spawn(nothing);
    pool.spawn_fifo(nothing);
    pool.broadcast(|_| ());
    pool.spawn_broadcast(|_| ());
}
