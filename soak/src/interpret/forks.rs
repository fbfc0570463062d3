//! Concurrent steps on threads, in tasks and in a pool. The strand that starts them waits for their
//! end, and takes over their values.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock};
use std::thread;

use ::rayon::prelude::*;
use ::tokio::runtime::Builder;
use asynccontext::rayon::ThreadPool;
use asynccontext::tokio::{JoinSet, Runtime};
use asynccontext::{Propagate, thread as carrying};

use super::{caught, check_panic, snapshots};
use crate::child::{Child, Results};
use crate::model::Frame;
use crate::program::{Body, Fork};
use crate::strand::{Strand, aside, here};
use crate::variables::is_uninherited;

/// The stack size, sufficient for nested bodies in debug builds.
const STACK: usize = 16 << 20;
/// The depth of nesting in a fork, which may run on a small stack.
const DEPTH: u32 = 8;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let runtime = Builder::new_multi_thread().worker_threads(2).thread_stack_size(STACK).build();
    Runtime::from(runtime.expect("a runtime"))
});

static POOL: LazyLock<ThreadPool> = LazyLock::new(|| {
    // The program contains the panics of detached jobs.
    let pool = ::rayon::ThreadPoolBuilder::new().num_threads(2).stack_size(STACK).panic_handler(|_| {});
    ThreadPool::from(pool.build().expect("a pool"))
});

pub(super) fn fork(how: Fork, bodies: &Arc<[Body]>) {
    let how = match here(|strand| strand.forks) {
        0 => how,
        1 => Fork::Threads, // Pools and runtimes may wait for threads, but not for each other.
        _ => return,
    };
    let bodies = if how == Fork::Join { &bodies[..bodies.len().min(2)] } else { &bodies[..] };
    let results = Results::new(bodies.len());
    let children = here(|strand| {
        // Nothing is captured of the companion, since no strand runs here meanwhile.
        let shows = strand.stack.shows().beside(None);
        let shows = match how {
            Fork::DetachedThreads | Fork::Tasks | Fork::JoinSet | Fork::Blocking | Fork::DetachedJobs => {
                shows.without(is_uninherited)
            }
            Fork::Threads | Fork::Join | Fork::Jobs | Fork::Parallel => shows,
        };
        let frame = match how {
            Fork::Tasks | Fork::JoinSet => Frame::of_task(shows),
            _ => Frame::in_snapshot(shows),
        };
        if !matches!(how, Fork::Threads | Fork::DetachedThreads) {
            strand.shared.lags.store(true, Ordering::Relaxed);
        }
        let child = |(index, body): (usize, &Body)| {
            let forked = forked(strand, frame.clone());
            Child::new(forked, body.clone(), index, results.clone())
        };
        bodies.iter().enumerate().map(child).collect::<Vec<_>>()
    });
    let result = aside(|| catch_unwind(AssertUnwindSafe(|| start(how, children))));
    adopt(results.wait());
    if let Err(panic) = result {
        check_panic(&*panic);
        if !thread::panicking() {
            resume_unwind(panic); // A second panic would abort the process.
        }
    }
}

/// Returns a strand that starts in `frame`, with copies of this strand's snapshots and one of each kind
/// of value that is `Send`.
fn forked(strand: &mut Strand, frame: Frame) -> Box<Strand> {
    let mut forked = Strand::new(strand.shared.clone(), strand.fuel / 4);
    forked.forks = strand.forks + 1;
    forked.depth = strand.depth.max(DEPTH);
    forked.stack.push(frame);
    forked.snapshots.clone_from(&strand.snapshots);
    forked.futures.extend(strand.futures.pop());
    forked.task_guards.extend(strand.task_guards.pop());
    forked.messages.extend(strand.messages.pop());
    forked.closures.extend(strand.closures.pop());
    strand.fuel -= strand.fuel / 4;
    forked
}

/// Runs the children, and waits for them if the spawn function does not.
fn start(how: Fork, mut children: Vec<Child>) {
    match how {
        Fork::Threads => carrying::scope(|scope| {
            let threads: Vec<_> = children.into_iter().map(|child| scope.spawn(|| child.run())).collect();
            join(threads.into_iter().map(|thread| thread.join()));
        }),
        Fork::DetachedThreads => {
            let threads: Vec<_> = children.into_iter().map(|child| carrying::spawn(|| child.run())).collect();
            join(threads.into_iter().map(|thread| thread.join()));
        }
        Fork::Tasks => {
            let tasks: Vec<_> = children.into_iter().map(|child| RUNTIME.spawn(child)).collect();
            tasks.iter().skip(1).step_by(2).for_each(|task| task.abort());
            RUNTIME.block_on(async {
                for task in tasks {
                    let _ = task.await; // An error means an abort or a planned panic.
                }
            });
        }
        Fork::JoinSet => RUNTIME.block_on(async {
            let mut set = JoinSet::new();
            children.into_iter().for_each(|child| drop(set.spawn(child)));
            let _ = set.join_next().await;
        }),
        Fork::Blocking => {
            let tasks: Vec<_> = children.into_iter().map(|child| RUNTIME.spawn_blocking(|| child.run())).collect();
            RUNTIME.block_on(async {
                for task in tasks {
                    let _ = task.await;
                }
            });
        }
        Fork::Join => {
            let second = children.pop();
            let first = children.pop();
            POOL.join(|| first.map(Child::run), || second.map(Child::run));
        }
        Fork::Jobs => POOL.scope(|scope| children.into_iter().for_each(|child| scope.spawn(|_| child.run()))),
        Fork::DetachedJobs => children.into_iter().for_each(|child| POOL.spawn(|| child.run())),
        Fork::Parallel => POOL.install(|| children.into_par_iter().in_current_snapshot().for_each(Child::run)),
    }
}

/// Returns the panic of the last thread that panicked, if any.
fn join(threads: impl Iterator<Item = thread::Result<()>>) {
    if let Some(panic) = threads.filter_map(Result::err).last() {
        resume_unwind(panic);
    }
}

/// Takes over the values of the children. Each child has copies of its parent's snapshots, so the
/// parent keeps only as many as a strand may have. Otherwise their number would double with each
/// fork.
fn adopt(children: impl Iterator<Item = Box<Strand>>) {
    for mut child in children {
        child.settle_accounts();
        here(|strand| {
            strand.own.append(&mut child.own);
            strand.futures.append(&mut child.futures);
            strand.closures.append(&mut child.closures);
            strand.task_guards.append(&mut child.task_guards);
            strand.messages.append(&mut child.messages);
        });
        for (snapshot, mapping) in child.snapshots {
            caught(|| snapshots::keep(snapshot, mapping));
        }
    }
}
