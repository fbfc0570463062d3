//! Polls: the cost that a context adds to each, alone and with another thread that polls a future of the same
//! context.
//!
//! The futures are behind `dyn`, as in an executor, so that the compiler moves no part of a poll out of the loop.

use std::future::{Future, pending, poll_fn};
use std::hint::black_box;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::thread;

use asynccontext::Propagate;
use criterion::Criterion;
use futures::Stream;
use futures::stream::repeat;

use crate::company;
use crate::measure::{measure, measure_short};
use crate::peers::{
    Bare, Carry, Dcontext, Fastrace, Inherit, OpenTelemetry, Ours, Read, Sentry, Tokio, Tracing, VARIABLES,
};

type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

pub(crate) fn all(c: &mut Criterion) {
    alone::<Bare>(c);
    alone::<Ours>(c);
    alone::<Tokio>(c);
    alone::<OpenTelemetry>(c);
    alone::<Inherit>(c);
    alone::<Tracing>(c);
    Fastrace::in_root(|| alone::<Fastrace>(c));
    alone::<Sentry>(c);
    alone::<Dcontext>(c);
    with_a_guard(c);
    reading::<Ours>(c);
    reading::<Tokio>(c);
    reading::<OpenTelemetry>(c);
    reading::<Inherit>(c);
    reading::<Dcontext>(c);
    let threads = thread::available_parallelism().map_or(2, |n| n.get().max(2));
    for n in 1..=threads {
        sharing::<Bare>(c, n);
        sharing::<Ours>(c, n);
        sharing::<OpenTelemetry>(c, n);
        sharing::<Tracing>(c, n);
        sharing::<Sentry>(c, n);
    }
    made(c);
    streams(c);
}

fn poll(task: &mut Task) -> bool {
    let mut cx = Context::from_waker(Waker::noop());
    black_box(task).as_mut().poll(&mut cx).is_ready()
}

/// Returns a task that waits forever, in a context with one value.
fn waiting<P: Carry>() -> Task {
    Box::pin(P::carry(poll_fn(|_| {
        black_box(());
        Poll::Pending
    })))
}

fn alone<P: Carry>(c: &mut Criterion) {
    let mut task = P::bind::<0, _>(7, waiting::<P>);
    measure_short(c, "poll", P::NAME, 1, || poll(&mut task));
}

fn with_a_guard(c: &mut Criterion) {
    let mut task: Task = Box::pin(
        async {
            let _guard = VARIABLES[0].enter_task(7);
            std::future::pending().await
        }
        .in_current_snapshot(),
    );
    measure(c, "poll, holding a guard", "asynccontext", || poll(&mut task));
}

fn reading<P: Carry + Read>(c: &mut Criterion) {
    let mut task: Task = P::bind::<0, _>(7, || {
        let task: Task = Box::pin(P::carry(poll_fn(|_| {
            black_box(P::read::<0>());
            Poll::Pending
        })));
        task
    });
    measure(c, "poll, with one read", P::NAME, || poll(&mut task));
}

/// Each thread polls a future of its own, all in one context.
fn sharing<P: Carry>(c: &mut Criterion, threads: usize) {
    let tasks: Vec<Task> = P::bind::<0, _>(7, || (0..threads).map(|_| waiting::<P>()).collect());
    let tasks = Mutex::new(tasks);
    let take = || {
        let task = tasks.lock().ok().and_then(|mut tasks| tasks.pop());
        task.unwrap_or_else(waiting::<P>)
    };
    let mut task = take();
    company::with_own(
        threads - 1,
        || {
            let mut task = take();
            move || {
                poll(&mut task);
            }
        },
        || measure(c, &format!("poll, threads in one context: {threads}"), P::NAME, || poll(&mut task)),
    );
}

/// A future that is never polled.
fn made(c: &mut Criterion) {
    let make = || drop(black_box(VARIABLES[0].scope(7, pending::<()>())));
    measure(c, "make and drop a scoped future", "asynccontext", make);
}

fn streams(c: &mut Criterion) {
    use opentelemetry::context::FutureExt;

    let mut next = |who: &str, mut stream: Pin<Box<dyn Stream<Item = u64>>>| {
        let mut cx = Context::from_waker(Waker::noop());
        measure(c, "stream item", who, || black_box(&mut stream).as_mut().poll_next(&mut cx).is_ready());
    };
    next("bare", Box::pin(repeat(7)));
    next("asynccontext", VARIABLES[0].run(7, || Box::pin(repeat(7).in_current_snapshot())));
    next("opentelemetry", Box::pin(repeat(7).with_current_context()));
}
