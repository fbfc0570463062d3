//! The tasks of a run that may block their threads.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use super::lock::lock;

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

/// A waker that unparks a thread.
pub(super) struct Unpark(pub(super) Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Unpark>) {
        self.0.unpark();
    }
}

impl Live {
    /// Polls a future on this thread until it is ready, and parks the thread meanwhile. Returns none if the run ends first.
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

    /// Counts a task that is about to start.
    pub(super) fn add(&self) {
        lock(&self.tasks).count += 1;
    }

    /// Registers this thread as the one that runs a task.
    pub(super) fn start(&self) {
        lock(&self.tasks).threads.push(thread::current());
    }

    /// Removes this thread, whose task has ended.
    pub(super) fn end(&self) {
        let here = thread::current().id();
        let mut tasks = lock(&self.tasks);
        tasks.threads.retain(|thread| thread.id() != here);
        tasks.count -= 1;
        self.ended.notify_all();
    }
}

impl Live {
    /// Ends every task at its next wait, and returns when no task is left.
    pub(super) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        let mut tasks = lock(&self.tasks);
        while tasks.count > 0 {
            tasks.threads.iter().for_each(Thread::unpark);
            let waited = self.ended.wait_timeout(tasks, Duration::from_millis(1));
            tasks = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
