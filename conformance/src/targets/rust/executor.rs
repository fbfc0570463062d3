//! The interface between strands and what runs their futures.

use std::pin::Pin;
use std::task::Poll;

use super::live::Live;

/// A future that an executor owns.
pub(super) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// When a task is polled first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// At the spawn, before it returns, where the executor can: an async function's prefix.
    Now,
    /// Later: a job.
    Later,
}

/// What runs the futures of one run.
pub(super) trait Executor: Send + Sync {
    /// Runs a future to its end.
    fn spawn(&self, start: Start, task: Task);

    /// Waits for a timer.
    fn sleep(&self) -> Task;

    /// A perturbation of the schedule between two statements of a task.
    fn pause(&self) -> Option<Task>;

    /// A perturbation of the schedule where nothing may wait.
    fn jolt(&self);

    /// Called when the run may have come to its end, from any thread.
    fn nudge(&self);

    /// Drops what has not ended.
    fn clear(&self);

    /// Where tasks may block, and are started in the context of the spawn: what they block with.
    fn live(&self) -> Option<&Live> {
        None
    }
}

/// Gives way once: the promise of `await tick`.
pub(super) async fn tick() {
    let mut given = false;
    std::future::poll_fn(|cx| {
        if std::mem::replace(&mut given, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
