//! The same work, carried. The configuration accepts it.

#![allow(dead_code, unused_results)]

use asynccontext::{rayon, thread, tokio};

fn nothing() {}

async fn no_output() {}

fn threads() -> std::io::Result<()> {
    asynccontext::thread::spawn(nothing);
    thread::Builder::new().spawn(nothing)?;
    asynccontext::thread::scope(|scope| {
        scope.spawn(nothing);
        thread::Builder::new().spawn_scoped(scope, nothing)?;
        Ok(())
    })
}

fn tasks(handle: &tokio::Handle, runtime: &tokio::Runtime) {
    asynccontext::tokio::spawn(no_output());
    asynccontext::tokio::spawn_local(no_output());
    asynccontext::tokio::spawn_blocking(nothing);
    handle.spawn(no_output());
    handle.spawn_blocking(nothing);
    runtime.spawn(no_output());
    runtime.spawn_blocking(nothing);
}

fn sets(_: asynccontext::tokio::JoinSet<()>, _: asynccontext::tokio::LocalSet) {}

fn pools(pool: &rayon::ThreadPool) {
    asynccontext::rayon::join(nothing, nothing);
    asynccontext::rayon::scope(|scope| {
        scope.spawn(|_| ());
        scope.spawn_broadcast(|_, _| ());
    });
    asynccontext::rayon::scope_fifo(|scope| {
        scope.spawn_fifo(|_| ());
        scope.spawn_broadcast(|_, _| ());
    });
    asynccontext::rayon::in_place_scope(|_| ());
    asynccontext::rayon::in_place_scope_fifo(|_| ());
    asynccontext::rayon::spawn(nothing);
    asynccontext::rayon::spawn_fifo(nothing);
    asynccontext::rayon::broadcast(|_| ());
    asynccontext::rayon::spawn_broadcast(|_| ());
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
