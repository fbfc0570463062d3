//! Tasks, blocking closures and messages on tokio.

use std::hint::black_box;
use std::time::{Duration, Instant};

use asynccontext::Carried;
use criterion::Criterion;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

use crate::measure::{group, measure};
use crate::peers::{Bare, Bind, Capture, Carry, Inherit, OpenTelemetry, Ours, Tokio, Tracing};

pub(crate) fn all(c: &mut Criterion) {
    let here = runtime(&mut Builder::new_current_thread());
    // One worker, since each spawn would wake a second one needlessly, which takes microseconds and hides the
    // measured cost.
    let workers = runtime(Builder::new_multi_thread().worker_threads(1));
    spawn::<Bare>(c, &here, &workers);
    spawn::<Padded>(c, &here, &workers);
    spawn::<Ours>(c, &here, &workers);
    spawn::<OpenTelemetry>(c, &here, &workers);
    spawn::<Tokio>(c, &here, &workers);
    spawn::<Inherit>(c, &here, &workers);
    spawn::<Tracing>(c, &here, &workers);
    blocking::<Bare>(c, &here);
    blocking::<Ours>(c, &here);
    blocking::<OpenTelemetry>(c, &here);
    message::<Bare>(c);
    carried(c);
    message::<OpenTelemetry>(c);
    message::<Tracing>(c);
}

fn runtime(builder: &mut Builder) -> Runtime {
    match builder.build() {
        Ok(runtime) => runtime,
        Err(error) => panic!("tokio's runtime cannot be started: {error}"),
    }
}

/// Only the bytes that a context adds to a task.
struct Padded;

impl Bind for Padded {
    const NAME: &str = "bare, 24 bytes more";

    fn bind<const K: usize, R>(_: u64, f: impl FnOnce() -> R) -> R {
        f()
    }
}

impl Carry for Padded {
    async fn carry<F: Future + Send + 'static>(future: F) -> F::Output {
        let room = black_box([7_u64; 3]);
        let output = future.await;
        black_box(&room);
        output
    }
}

/// Spawns a task and waits for it, from a task that is itself in the context.
fn spawn<P: Carry + 'static>(c: &mut Criterion, here: &Runtime, workers: &Runtime) {
    async fn turns<P: Carry>(turns: u64) -> Duration {
        let start = Instant::now();
        for _ in 0..turns {
            let joined = P::spawn(async { black_box(7) }).await;
            assert!(joined.is_ok());
        }
        start.elapsed()
    }
    for (name, runtime) in [("spawn and join, one thread", here), ("spawn and join, a worker", workers)] {
        let mut group = group(c, name);
        group.bench_function(P::NAME, |b| {
            b.iter_custom(|n| {
                let task = P::bind::<0, _>(7, || P::carry(turns::<P>(n)));
                match runtime.block_on(runtime.spawn(task)) {
                    Ok(elapsed) => elapsed,
                    Err(error) => panic!("the measuring task failed: {error}"),
                }
            });
        });
        group.finish();
    }
}

fn blocking<P: Capture>(c: &mut Criterion, runtime: &Runtime) {
    let mut group = group(c, "spawn_blocking and join");
    group.bench_function(P::NAME, |b| {
        b.iter(|| {
            P::bind::<0, _>(7, || {
                runtime.block_on(async {
                    let captured = P::capture();
                    let job = move || P::enter(&captured, || black_box(7));
                    let joined = tokio::task::spawn_blocking(job).await;
                    assert!(joined.is_ok());
                });
            });
        });
    });
    group.finish();
}

/// A message with its sender's context, sent to a channel and received.
fn message<P: Capture>(c: &mut Criterion) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    P::bind::<0, _>(7, || {
        measure(c, "channel message", P::NAME, || {
            let sent = sender.send((P::capture(), black_box(7_u64)));
            assert!(sent.is_ok());
            if let Ok((captured, message)) = receiver.try_recv() {
                P::enter(&captured, || black_box(message));
            }
        });
    });
}

/// The same with the crate's type.
fn carried(c: &mut Criterion) {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    Ours::bind::<0, _>(7, || {
        measure(c, "channel message", Ours::NAME, || {
            let sent = sender.send(Carried::new(black_box(7_u64)));
            assert!(sent.is_ok());
            if let Ok(message) = receiver.try_recv() {
                message.handle(black_box);
            }
        });
    });
}
