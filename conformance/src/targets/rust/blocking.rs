//! The executor whose tasks may block: each has a thread of its own, or a worker of a pool. What
//! carries the context to it is the crate's own way to start such work, and nothing else.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use asynccontext::rayon::ThreadPool;

use super::executor::{Executor, Start, Task};
use super::lock;
use super::world::World;

/// How long a run may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What starts a task.
#[derive(Clone)]
pub(super) enum Means {
    /// `asynccontext::thread::spawn`.
    Thread,
    /// `asynccontext::rayon::ThreadPool::spawn`.
    Pool(Arc<ThreadPool>),
}

/// Runs every task where it may block.
pub(super) struct Blocking {
    means: Means,
    live: Arc<Live>,
}

/// The tasks of one run that have not ended.
#[derive(Default)]
pub(super) struct Live {
    closing: AtomicBool,
    tasks: Mutex<Tasks>,
    ended: Condvar,
}

#[derive(Default)]
struct Tasks {
    count: usize,
    threads: Vec<Thread>,
}

/// Wakes a thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Unpark>) {
        self.0.unpark();
    }
}

impl Live {
    /// Polls a future on this thread until it is ready, and sleeps meanwhile; gives nothing where the
    /// run is over before.
    pub(super) fn block<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        while !self.closing.load(Ordering::SeqCst) {
            if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Some(value);
            }
            thread::park();
        }
        None
    }

    fn start(&self) {
        lock(&self.tasks).threads.push(thread::current());
    }

    fn end(&self) {
        let here = thread::current().id();
        let mut tasks = lock(&self.tasks);
        tasks.threads.retain(|thread| thread.id() != here);
        tasks.count -= 1;
        self.ended.notify_all();
    }
}

impl Blocking {
    pub(super) fn new(means: Means) -> Blocking {
        Blocking { means, live: Arc::default() }
    }

    /// Waits for the end of the run, or reports that there is none.
    pub(super) fn wait(world: &World) {
        let (waker, started) = (Waker::from(Arc::new(Unpark(thread::current()))), Instant::now());
        let mut end = pin!(world.end().wait());
        while end.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            if started.elapsed() > PATIENCE {
                return world.fault(format!("no end after {PATIENCE:?}: {}", world.unfinished()));
            }
            thread::park_timeout(PATIENCE);
        }
    }
}

impl Executor for Blocking {
    fn spawn(&self, _start: Start, task: Task) {
        let live = self.live.clone();
        lock(&live.tasks).count += 1;
        let work = move || {
            live.start();
            // What is left of a task when the run is over is dropped here, where it belongs.
            let _ended = live.block(task);
            live.end();
        };
        match &self.means {
            Means::Thread => drop(asynccontext::thread::spawn(work)),
            Means::Pool(pool) => pool.spawn(work),
        }
    }

    fn sleep(&self) -> Task {
        Box::pin(async { thread::sleep(Duration::from_micros(1)) })
    }

    fn pause(&self) -> Option<Task> {
        None
    }

    fn jolt(&self) {
        if fastrand::u32(..8) == 0 {
            thread::yield_now();
        }
    }

    fn nudge(&self) {}

    fn clear(&self) {
        self.live.closing.store(true, Ordering::SeqCst);
        let mut tasks = lock(&self.live.tasks);
        while tasks.count > 0 {
            tasks.threads.iter().for_each(Thread::unpark);
            let waited = self.live.ended.wait_timeout(tasks, Duration::from_millis(1));
            tasks = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn live(&self) -> Option<&Live> {
        Some(&self.live)
    }
}
