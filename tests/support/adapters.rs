//! The adapters of the crate, for tests of the foreign context that they carry: one entry for each
//! way to pass on work. The tests of the companions' crates share it.

#![allow(unreachable_pub)]

#[path = "released.rs"]
mod released;

use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::task::{Context, Poll, Waker};

use ::rayon::iter::IntoParallelIterator;
use asynccontext::als::AsyncResource;
use asynccontext::tokio::runtime::{Builder, Runtime};
use asynccontext::tokio::task::{JoinSet, LocalSet};
use asynccontext::{Carried, Propagate, Snapshot, rayon, thread};
use futures::{Stream, StreamExt};
use released::is_released;

/// The work, which records the context in each step and at its drop.
pub struct Job {
    note: Arc<dyn Fn() + Send + Sync>,
    gate: Option<Arc<Gate>>,
    panics: bool,
    steps: u8,
}

impl Job {
    fn new(note: impl Fn() + Send + Sync + 'static) -> Job {
        Job { note: Arc::new(note), gate: None, panics: false, steps: 2 }
    }

    /// As above, but it waits at each step until the gate is open.
    pub fn behind(mut self, gate: &Arc<Gate>) -> Job {
        self.gate = Some(Arc::clone(gate));
        self
    }

    /// As above, but it panics at its last step.
    pub fn that_panics(mut self) -> Job {
        self.panics = true;
        self
    }

    /// Whether there is another step.
    fn step(&mut self) -> bool {
        self.gate.iter().for_each(|gate| gate.wait());
        (self.note)();
        self.steps = self.steps.saturating_sub(1);
        if self.steps == 0 && self.panics {
            resume_unwind(Box::new("as it should"));
        }
        self.steps > 0
    }

    fn whole(mut self) {
        while self.step() {}
    }

    /// The only step, of work that several call.
    fn once(&self) {
        (self.note)();
        if self.panics {
            resume_unwind(Box::new("as it should"));
        }
    }
}

/// The contexts that a job recorded.
pub type Seen<T> = Arc<Mutex<Vec<T>>>;

/// A job that records `context()` in each step and at its drop, and the records.
pub fn job<T: Send + 'static>(context: fn() -> T) -> (Seen<T>, Job) {
    let seen = Seen::default();
    let notes = Arc::clone(&seen);
    (seen, Job::new(move || notes.lock().unwrap().push(context())))
}

/// Waits for the drop of a job, which happens once, after everything else of the job. Returns its
/// records without repetitions.
pub fn seen_by<T: Clone + PartialEq>(seen: &Seen<T>) -> Vec<T> {
    is_released(seen);
    let mut all = seen.lock().unwrap().clone();
    all.dedup();
    all
}

impl Drop for Job {
    fn drop(&mut self) {
        (self.note)();
    }
}

impl Future for Job {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if self.step() {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

impl Iterator for Job {
    type Item = ();

    fn next(&mut self) -> Option<()> {
        self.step().then_some(())
    }
}

impl Stream for Job {
    type Item = ();

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<()>> {
        Poll::Ready(self.step().then_some(()))
    }
}

/// Blocks work on other threads.
#[derive(Default)]
pub struct Gate {
    is_open: Mutex<bool>,
    opened: Condvar,
}

impl Gate {
    pub fn open(&self) {
        *self.is_open.lock().unwrap() = true;
        self.opened.notify_all();
    }

    fn wait(&self) {
        drop(self.opened.wait_while(self.is_open.lock().unwrap(), |is_open| !*is_open).unwrap());
    }
}

/// Does the rest of the work, or waits for it, and drops it.
pub type Rest = Box<dyn FnOnce()>;

pub struct Adapter {
    pub name: &'static str,
    /// Passes on the job.
    pub make: fn(Job) -> Rest,
    /// The job is done when that returns.
    pub at_once: bool,
}

const fn later(name: &'static str, make: fn(Job) -> Rest) -> Adapter {
    Adapter { name, make, at_once: false }
}

const fn at_once(name: &'static str, make: fn(Job) -> Rest) -> Adapter {
    Adapter { name, make, at_once: true }
}

pub const ADAPTERS: &[Adapter] = &[
    later("Snapshot::run", |job| {
        let (snapshot, mut job) = (Snapshot::capture(), Some(job));
        rest(move || snapshot.run(|| job.take().into_iter().for_each(Job::whole)))
    }),
    later("Snapshot::scope", |job| {
        let task = Snapshot::capture().scope(job);
        rest(|| drive(task))
    }),
    later("Snapshot::scope, dropped", |job| rest_of(Snapshot::capture().scope(job))),
    later("in_current_snapshot, a future", |job| {
        let task = job.in_current_snapshot();
        rest(|| drive(task))
    }),
    later("in_current_snapshot, a future that is dropped half-way", |job| {
        let mut task = Box::pin(job.in_current_snapshot());
        rest(move || assert!(poll(task.as_mut()).is_pending()))
    }),
    later("in_current_snapshot, an iterator", |job| {
        let steps = job.in_current_snapshot();
        rest(|| assert_eq!(Iterator::count(steps), 1))
    }),
    later("in_current_snapshot, a stream", |job| {
        let steps = job.in_current_snapshot();
        rest(|| drive(async { assert_eq!(StreamExt::count(steps).await, 1) }))
    }),
    later("wrap", |job| {
        let wrapped = Snapshot::capture().wrap(|| job.whole());
        rest(|| wrapped.call_once(()))
    }),
    later("wrap, called several times", |mut job| {
        let mut wrapped = Snapshot::capture().wrap(move || _ = job.step());
        rest(move || (0..2).for_each(|_| wrapped.call_mut(())))
    }),
    later("wrap, dropped", |job| rest_of(Snapshot::capture().wrap(move || drop(job)))),
    later("Carried::handle", |job| {
        let message = Carried::new(job);
        rest(|| message.handle(Job::whole))
    }),
    later("Carried::handle_async", |job| {
        let message = Carried::new(job);
        rest(|| drive(message.handle_async(|job| job)))
    }),
    later("Carried, dropped", |job| rest_of(Carried::new(job))),
    later("AsyncResource::run_in_async_scope", |job| {
        let resource = AsyncResource::new("Job");
        let mut job = Some(job);
        rest(move || resource.run_in_async_scope(|| job.take().into_iter().for_each(Job::whole)))
    }),
    later("AsyncResource::bind", |job| {
        let bound = AsyncResource::new("Job").bind(|| job.whole());
        rest(|| bound.call_once(()))
    }),
    later("thread::spawn", |job| {
        let thread = thread::spawn(|| job.whole());
        rest(|| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
    }),
    at_once("thread::scope", |job| {
        thread::scope(|scope| scope.spawn(|| job.whole()).join()).unwrap_or_else(|panic| resume_unwind(panic));
        rest(|| ())
    }),
    later("tokio::spawn", |job| task(RUNTIME.spawn(job))),
    later("tokio::spawn_blocking", |job| task(RUNTIME.spawn_blocking(|| job.whole()))),
    later("JoinSet::spawn_on", |job| {
        let mut set = JoinSet::new();
        set.spawn_on(job, RUNTIME.handle());
        rest(move || bare().block_on(set.join_next()).unwrap().unwrap_or_else(|e| resume_unwind(e.into_panic())))
    }),
    later("LocalSet::spawn_local", |job| {
        let local = LocalSet::new();
        let handle = local.spawn_local(job);
        rest(move || bare().block_on(local.run_until(handle)).unwrap_or_else(|e| resume_unwind(e.into_panic())))
    }),
    later("LocalSet::run_until", |job| {
        let local: &LocalSet = Box::leak(Box::default());
        let root = local.run_until(job);
        rest(|| bare().block_on(root))
    }),
    at_once("LocalSet::block_on", |job| {
        LocalSet::new().block_on(bare(), job);
        rest(|| ())
    }),
    at_once("Runtime::block_on", |job| {
        RUNTIME.block_on(job);
        rest(|| ())
    }),
    at_once("rayon::join", |job| {
        rayon::join(|| job.whole(), || ());
        rest(|| ())
    }),
    at_once("rayon::scope", |job| {
        rayon::scope(|scope| scope.spawn(|_| job.whole()));
        rest(|| ())
    }),
    later("rayon::spawn", |job| {
        let done = Arc::new(Gate::default());
        let ends = End(Arc::clone(&done));
        rayon::spawn(move || {
            let _ends = ends;
            // rayon aborts the process if a spawned job panics
            let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| job.whole()));
            drop(result);
        });
        rest(move || done.wait())
    }),
    at_once("par_iter", |job| {
        let once = std::sync::Once::new();
        (0..8).into_par_iter().in_current_snapshot().for_each(move |_| once.call_once(|| job.once()));
        rest(|| ())
    }),
];

/// Opens a gate at its end.
struct End(Arc<Gate>);

impl Drop for End {
    fn drop(&mut self) {
        self.0.open();
    }
}

fn rest(f: impl FnOnce() + 'static) -> Rest {
    Box::new(f)
}

/// Drops `held`.
fn rest_of(held: impl Sized + 'static) -> Rest {
    Box::new(|| drop(held))
}

fn poll<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn drive<F: Future<Output = ()>>(future: F) {
    let mut future = std::pin::pin!(future);
    while poll(future.as_mut()).is_pending() {}
}

fn task(handle: asynccontext::tokio::task::JoinHandle<()>) -> Rest {
    rest(|| bare().block_on(handle).unwrap_or_else(|e| resume_unwind(e.into_panic())))
}

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Runtime::from(Builder::new_multi_thread().worker_threads(2).build().unwrap()));

/// tokio's own functions, to wait.
fn bare() -> &'static tokio::runtime::Runtime {
    &RUNTIME
}

/// Returns the results of `f` on each worker.
pub fn on_workers<R: Send + 'static>(f: fn() -> R) -> Vec<R> {
    let mut seen = ::rayon::broadcast(|_| f());
    for _ in 0..8 {
        seen.push(bare().block_on(bare().spawn(async move { f() })).unwrap());
        seen.push(bare().block_on(bare().spawn_blocking(f)).unwrap());
    }
    seen
}
