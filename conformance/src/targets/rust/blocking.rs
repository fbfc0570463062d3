//! The executor whose tasks may block. Each task has a separate thread or a worker of a pool, to which only
//! the crate's spawn function propagates the context.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Waker};
use std::thread;
use std::time::{Duration, Instant};

use asynccontext::rayon::ThreadPool;

use super::executor::{Executor, Start, Task};
use super::live::{Live, Unpark};
use super::running::Running;

/// The time limit of a run.
const PATIENCE: Duration = Duration::from_secs(10);

/// The function that starts a task.
#[derive(Clone)]
pub(super) enum Means {
    /// `asynccontext::thread::spawn`.
    Thread,
    /// `asynccontext::rayon::ThreadPool::spawn`.
    Pool(Arc<ThreadPool>),
}

/// An executor that runs every task on a thread that it may block.
pub(super) struct Blocking {
    means: Means,
    live: Arc<Live>,
}

impl Blocking {
    pub(super) fn new(means: Means) -> Blocking {
        Blocking { means, live: Arc::default() }
    }

    /// Waits for the end of the run, or reports that it exceeded the time limit.
    pub(super) fn wait(running: &Running) {
        let (waker, started) = (Waker::from(Arc::new(Unpark(thread::current()))), Instant::now());
        let mut end = pin!(running.end().wait());
        while end.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
            if started.elapsed() > PATIENCE {
                return running.fault(format!("no end after {PATIENCE:?}: {}", running.unfinished()));
            }
            thread::park_timeout(PATIENCE);
        }
    }
}

impl Executor for Blocking {
    fn spawn(&self, _start: Start, task: Task) {
        let live = self.live.clone();
        live.add();
        let work = move || {
            live.start();
            // A task that has not ended at the end of the run is dropped on its own thread.
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
        self.live.close();
    }

    fn live(&self) -> Option<&Live> {
        Some(&self.live)
    }
}
