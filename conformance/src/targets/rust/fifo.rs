//! The deterministic executor on the calling thread.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Wake, Waker};
use std::time::{Duration, Instant};

use asynccontext::Snapshot;

use super::executor::{Executor, Start, Task};
use super::lock::lock;
use super::promise::{Progress, Promise};
use super::running::Running;

/// The deterministic executor. It runs tasks on one thread, first in, first out. Timers fire in the order in which they
/// were set, when no task is ready.
#[derive(Default)]
pub(super) struct Fifo {
    queue: Arc<Queue>,
    timers: Mutex<VecDeque<Arc<Promise>>>,
    jobs: Mutex<Vec<Arc<Job>>>,
}

#[derive(Default)]
struct Queue {
    ready: Mutex<Ready>,
    changed: Condvar,
}

#[derive(Default)]
struct Ready {
    jobs: VecDeque<Arc<Job>>,
    nudged: bool,
}

struct Job {
    task: Mutex<Option<Task>>,
    queued: AtomicBool,
    queue: Arc<Queue>,
}

impl Wake for Job {
    fn wake(self: Arc<Job>) {
        if !self.queued.swap(true, Ordering::SeqCst) {
            let queue = self.queue.clone();
            lock(&queue.ready).jobs.push_back(self);
            queue.changed.notify_one();
        }
    }
}

impl Job {
    /// Polls the task. If a thread of the program is polling it during its spawn, this waits for the end of that poll, so
    /// that no wake-up is lost.
    fn poll(self: &Arc<Job>) {
        let mut task = lock(&self.task);
        self.queued.store(false, Ordering::SeqCst);
        let Some(polled) = task.as_mut() else { return };
        let waker = Waker::from(self.clone());
        if polled.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            let ended = task.take();
            drop(task);
            drop(ended);
        }
    }
}

impl Executor for Fifo {
    fn spawn(&self, start: Start, task: Task) {
        let queue = self.queue.clone();
        let job = Arc::new(Job { task: Mutex::new(Some(task)), queued: AtomicBool::new(false), queue });
        lock(&self.jobs).push(job.clone());
        match start {
            Start::Now => job.poll(),
            Start::Later => job.wake(),
        }
    }

    fn sleep(&self) -> Task {
        let timer = Promise::pending();
        lock(&self.timers).push_back(timer.clone());
        Box::pin(async move {
            let _fired = timer.wait().await;
        })
    }

    fn pause(&self) -> Option<Task> {
        None
    }

    fn jolt(&self) {}

    fn nudge(&self) {
        lock(&self.queue.ready).nudged = true;
        self.queue.changed.notify_one();
    }

    fn clear(&self) {
        lock(&self.queue.ready).jobs.clear();
        lock(&self.timers).clear();
        let jobs = std::mem::take(&mut *lock(&self.jobs));
        for job in jobs {
            let task = lock(&job.task).take();
            drop(task);
        }
    }
}

/// The limit of polls in a run. It exceeds the polls of any program, and ends a cycle of wake-ups.
const POLLS: usize = 1_000_000;

/// The time limit for the threads of a run.
const PATIENCE: Duration = Duration::from_secs(10);

impl Fifo {
    /// Polls tasks until the run ends, or reports the reason why it cannot end.
    pub(super) fn drive(&self, running: &Running) {
        let started = Instant::now();
        for _ in 0..POLLS {
            let job = lock(&self.queue.ready).jobs.pop_front();
            if let Some(job) = job {
                job.poll();
                if !Snapshot::capture().is_empty() {
                    return running.fault("the mapping is not restored after a poll".to_owned());
                }
            } else if running.end().settled().is_some() {
                return;
            } else if let Some(timer) = { lock(&self.timers).pop_front() } {
                timer.settle(Ok(Progress::Done));
            } else if started.elapsed() > PATIENCE {
                return running.fault(format!("no end after {PATIENCE:?}: {}", running.unfinished()));
            } else if !self.wait(running) {
                return running.fault(format!("deadlock: {}", running.unfinished()));
            }
        }
        running.fault(format!("no end after {POLLS} polls: {}", running.unfinished()));
    }

    /// Waits for a thread of the program. Returns false if no thread runs and no task is ready.
    fn wait(&self, running: &Running) -> bool {
        let mut ready = lock(&self.queue.ready);
        if !ready.jobs.is_empty() || std::mem::take(&mut ready.nudged) {
            return true;
        }
        if running.threads().load(Ordering::SeqCst) == 0 {
            // A thread queues the tasks that it made ready before it decrements the counter.
            return false;
        }
        let waited = self.queue.changed.wait_timeout(ready, PATIENCE);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        true
    }
}
