//! The interface between strands and what runs their futures.

use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use super::live::Live;
use super::throw::{Abrupt, Flow};

/// A future that an executor owns.
pub(super) type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The time of a task's first poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// During the spawn, if the executor supports that. This is for the prefix of an async function.
    Now,
    /// After the spawn. This is for jobs.
    Later,
}

/// An executor for the futures of one run.
pub(super) trait Executor: Send + Sync {
    /// Runs a future to its end.
    fn spawn(&self, start: Start, task: Task);

    /// Waits for a timer.
    fn sleep(&self) -> Task;

    /// Returns a future that perturbs the schedule between two statements of a task, or none.
    fn pause(&self) -> Option<Task>;

    /// Perturbs the schedule at a place where nothing may wait.
    fn jolt(&self);

    /// Signals, from any thread, that the run may have ended.
    fn nudge(&self);

    /// Drops all tasks that have not ended.
    fn clear(&self);

    /// Returns the tasks of the run, if tasks may block and inherit the context of their spawn.
    fn live(&self) -> Option<&Live> {
        None
    }
}

/// Returns pending once. This is the promise of `await tick`.
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

/// Polls a synchronous body, which must be ready.
pub(super) fn ready(body: impl Future<Output = Flow>) -> Flow {
    match pin!(body).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(flow) => flow,
        Poll::Pending => Err(Abrupt::Fault("waited in a synchronous body".to_owned())),
    }
}
