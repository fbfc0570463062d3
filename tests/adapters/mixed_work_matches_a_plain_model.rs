//! Threads, tokio, rayon, futures, messages and closures, combined by a generator: a job starts
//! jobs through adapters, which start jobs, and so on. Each has its expected values in an array,
//! and checks them before and after each step. In the end no value is left.
//!
//! A failure prints the seed.

#![cfg(all(feature = "tokio", feature = "rayon", feature = "futures"))]

use crate::support;

use std::pin::Pin;
use std::sync::atomic::{AtomicIsize, AtomicUsize, Ordering::Relaxed};
use std::sync::{LazyLock, mpsc};
use std::time::{Duration, Instant};

use ::rayon::prelude::*;
use asynccontext::tokio::{JoinSet, Runtime};
use asynccontext::{Carried, Propagate, Snapshot, Variable, rayon, thread};
use futures::StreamExt;
use futures::executor::block_on;
use futures::stream::FuturesUnordered;
use support::rng::Rng;

/// A value, counted while it lives.
struct Value(usize);

static ALIVE: AtomicIsize = AtomicIsize::new(0);

impl Drop for Value {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

const COUNT: usize = 3;
static VARIABLES: [Variable<Value>; COUNT] = [const { Variable::new() }; COUNT];

/// The bindings, as a model.
type Model = [Option<usize>; COUNT];

fn current() -> Model {
    VARIABLES.each_ref().map(|variable| variable.with(|value| value.map(|v| v.0)))
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    Runtime::from(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap())
});

/// The number of steps of each kind.
static TAKEN: [AtomicUsize; 20] = [const { AtomicUsize::new(0) }; 20];

/// A job, determined by its seed.
struct Job {
    random: Rng,
    sees: Model,
    depth: usize,
}

/// A binding for a child.
struct Bind {
    variable: &'static Variable<Value>,
    value: Value,
}

impl Bind {
    fn run<R>(self, f: impl FnOnce() -> R) -> R {
        self.variable.run(self.value, f)
    }

    fn scope<F>(self, f: F) -> asynccontext::Scoped<F> {
        self.variable.scope(self.value, f)
    }
}

impl Job {
    fn new(seed: usize, sees: Model, depth: usize) -> Job {
        Job { random: Rng::new(seed as u64), sees, depth }
    }

    fn check(&self) {
        assert_eq!(current(), self.sees);
    }

    /// How many steps the job takes.
    fn steps(&mut self) -> usize {
        if self.depth == 0 { 0 } else { 1 + self.random.below(3) }
    }

    /// One of the kinds of step in `kinds`.
    fn kind(&mut self, kinds: std::ops::Range<usize>) -> usize {
        let kind = kinds.start + self.random.below(kinds.len());
        TAKEN[kind].fetch_add(1, Relaxed);
        kind
    }

    /// A child that sees the same.
    fn child(&mut self) -> Job {
        Job::new(self.random.below(usize::MAX), self.sees, self.depth - 1)
    }

    /// A binding, and two children that see it.
    fn bind(&mut self) -> (Bind, Job, Job) {
        let (at, value) = (self.random.below(COUNT), self.random.below(1 << 40));
        let (mut a, mut b) = (self.child(), self.child());
        a.sees[at] = Some(value);
        b.sees[at] = Some(value);
        ALIVE.fetch_add(1, Relaxed);
        (Bind { variable: &VARIABLES[at], value: Value(value) }, a, b)
    }
}

/// Takes one of the steps that wait only for rayon's threads. `go` runs the children.
fn step(kind: usize, job: &mut Job, go: fn(Job)) {
    let (bind, a, b) = job.bind();
    match kind {
        0 => bind.run(|| go(a)),
        1 => bind.run(|| Snapshot::capture().wrap(|| go(a))).call_once(()),
        2 => {
            let _guard = bind.variable.enter(bind.value);
            go(a);
        }
        3 => assert!(bind.scope(std::iter::once(a).map(go)).next().is_some()),
        4 => bind.run(|| Carried::new(a)).handle(go),
        5 => drop(bind.run(|| rayon::join(|| worker(a), || worker(b)))),
        6 => bind.run(|| {
            rayon::scope(|scope| {
                scope.spawn(|_| worker(a));
                worker(b);
            })
        }),
        _ => bind.run(|| vec![a, b].into_par_iter().in_current_snapshot()).for_each(worker),
    }
}

const STEPS: usize = 8;

/// A job on a worker of rayon's, which must not block.
fn worker(mut job: Job) {
    for _ in 0..job.steps() {
        job.check();
        let kind = job.kind(0..STEPS);
        step(kind, &mut job, worker);
    }
    job.check();
}

const BLOCKING: usize = STEPS + 4;

/// A job on a thread that may block.
fn blocking(mut job: Job) {
    for _ in 0..job.steps() {
        job.check();
        let kind = job.kind(0..BLOCKING);
        if kind < STEPS {
            step(kind, &mut job, blocking);
            continue;
        }
        let (bind, a, b) = job.bind();
        match kind - STEPS {
            0 => bind.run(|| thread::spawn(|| blocking(a))).join().unwrap(),
            1 => bind.run(|| {
                thread::scope(|scope| {
                    scope.spawn(|| blocking(a));
                    blocking(b);
                })
            }),
            2 => {
                let (send, receive) = mpsc::channel();
                bind.run(|| send.send(Carried::new(a)).unwrap());
                std::thread::spawn(move || receive.recv().unwrap().handle(blocking)).join().unwrap();
            }
            _ => block_on(bind.scope(task(a))),
        }
    }
    job.check();
}

const ALL: usize = BLOCKING + 8;

/// A job that is a future. It runs in a scoped one, on any executor.
fn task(mut job: Job) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        for _ in 0..job.steps() {
            job.check();
            let kind = job.kind(BLOCKING..ALL) - BLOCKING;
            let (bind, a, b) = job.bind();
            match kind {
                0 => bind.scope(task(a)).await,
                1 => bind.run(|| RUNTIME.spawn(task(a))).await.unwrap(),
                2 => bind.run(|| RUNTIME.spawn_blocking(|| blocking(a))).await.unwrap(),
                3 => {
                    let bare = task(job.child());
                    futures::join!(bind.scope(task(a)), bare);
                }
                4 => {
                    let _guard = bind.variable.enter_task(bind.value).unwrap();
                    task(a).await;
                    support::yield_now().await;
                    b.check();
                }
                5 => {
                    let mut set = JoinSet::new();
                    bind.run(|| [a, b].map(|job| set.spawn_on(task(job), RUNTIME.handle())));
                    set.join_all().await;
                }
                6 => {
                    let all = || [a, b].map(|job| task(job).in_current_snapshot());
                    FuturesUnordered::from_iter(bind.run(all)).collect::<Vec<_>>().await;
                }
                _ => bind.run(|| worker(a)),
            }
            support::yield_now().await;
        }
        job.check();
    })
}

#[test]
fn at_every_step() {
    for seed in 0..support::scaled(1000) {
        let job = |more| Job::new(seed * 2 + more, [None; COUNT], 5);
        let (first, second) = (job(0), job(1));
        let other = thread::spawn(|| blocking(first));
        let task = RUNTIME.spawn(task(second));
        let whole = [other.join().is_ok(), block_on(task).is_ok()];
        assert_eq!((seed, whole, current()), (seed, [true; 2], [None; COUNT]));
    }
    let start = Instant::now();
    while ALIVE.load(Relaxed) != 0 && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(1)); // a pool may still drop some
    }
    assert_eq!(ALIVE.load(Relaxed), 0);
    let taken = TAKEN.each_ref().map(|taken| taken.load(Relaxed));
    println!("steps of each kind: {taken:?}");
    assert!(taken.iter().all(|taken| *taken > 0) || support::scaled(1000) < 150, "{taken:?}");
}
