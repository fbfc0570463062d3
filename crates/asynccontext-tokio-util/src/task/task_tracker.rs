//! `TaskTracker`: tokio-util's, whose tasks run in the mapping they were spawned in. The
//! paths of `tokio_util::task::task_tracker`.

use std::ops::Deref;

use asynccontext::{Propagate, Snapshot};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, LocalSet};
use tokio_util::task::task_tracker;

use crate::carried;

#[doc(no_inline)]
pub use tokio_util::task::task_tracker::{TaskTrackerToken, TaskTrackerWaitFuture, TrackedFuture};

/// A [`tokio_util::task::TaskTracker`](task_tracker::TaskTracker) whose tasks run in the
/// mapping they were spawned in.
///
/// What does not spawn is reached through `Deref`: `wait`, `close`, `token`, `track_future`,
/// …. A task counts as tracked until it is dropped, in its own mapping.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::{Handle, LocalSet};
/// use asynccontext_tokio_util::task::TaskTracker;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (handle, local) = (Handle::current(), LocalSet::new());
/// let tracker = TaskTracker::new();
/// let tasks = TENANT.run("blue", || {
///     let _entered = local.enter();
///     [
///         tracker.spawn(async { TENANT.get() }),
///         tracker.spawn_on(async { TENANT.get() }, &handle),
///         tracker.spawn_blocking(|| TENANT.get()),
///         tracker.spawn_blocking_on(|| TENANT.get(), &handle),
///         tracker.spawn_local(async { TENANT.get() }),
///         tracker.spawn_local_on(async { TENANT.get() }, &local),
///     ]
/// });
/// tracker.close();
/// local.run_until(tracker.wait()).await;
/// for task in tasks {
///     assert_eq!(task.await.unwrap(), Some("blue"));
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct TaskTracker(task_tracker::TaskTracker);

impl TaskTracker {
    /// As [`new`](task_tracker::TaskTracker::new).
    #[must_use]
    pub fn new() -> TaskTracker {
        TaskTracker::default()
    }

    /// As [`spawn`](task_tracker::TaskTracker::spawn); the task runs in the mapping of this
    /// call.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[track_caller]
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn(task.with_snapshot(Snapshot::inherit()))
    }

    /// As [`spawn_on`](task_tracker::TaskTracker::spawn_on); the task runs in the mapping of
    /// this call.
    #[track_caller]
    pub fn spawn_on<F>(&self, task: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn_on(task.with_snapshot(Snapshot::inherit()), handle)
    }

    /// As [`spawn_local`](task_tracker::TaskTracker::spawn_local); the task runs in the
    /// mapping of this call.
    ///
    /// # Panics
    ///
    /// Outside a `LocalSet` and a `LocalRuntime`.
    #[track_caller]
    pub fn spawn_local<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local(task.with_snapshot(Snapshot::inherit()))
    }

    /// As [`spawn_local_on`](task_tracker::TaskTracker::spawn_local_on); the task runs in the
    /// mapping of this call.
    #[track_caller]
    pub fn spawn_local_on<F>(&self, task: F, local_set: &LocalSet) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local_on(task.with_snapshot(Snapshot::inherit()), local_set)
    }

    /// As [`spawn_blocking`](task_tracker::TaskTracker::spawn_blocking); the closure runs in
    /// the mapping of this call.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    #[cfg(not(target_family = "wasm"))]
    #[track_caller]
    pub fn spawn_blocking<F, T>(&self, task: F) -> JoinHandle<T>
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn_blocking(carried(task))
    }

    /// As [`spawn_blocking_on`](task_tracker::TaskTracker::spawn_blocking_on); the closure
    /// runs in the mapping of this call.
    #[cfg(not(target_family = "wasm"))]
    #[track_caller]
    pub fn spawn_blocking_on<F, T>(&self, task: F, handle: &Handle) -> JoinHandle<T>
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn_blocking_on(carried(task), handle)
    }

    /// As [`ptr_eq`](task_tracker::TaskTracker::ptr_eq).
    ///
    /// ```
    /// use asynccontext_tokio_util::task::TaskTracker;
    ///
    /// let tracker = TaskTracker::new();
    /// assert!(TaskTracker::ptr_eq(&tracker, &tracker.clone()));
    /// assert!(!TaskTracker::ptr_eq(&tracker, &TaskTracker::new()));
    /// ```
    #[must_use]
    pub fn ptr_eq(left: &TaskTracker, right: &TaskTracker) -> bool {
        task_tracker::TaskTracker::ptr_eq(&left.0, &right.0)
    }
}

impl Deref for TaskTracker {
    type Target = task_tracker::TaskTracker;

    fn deref(&self) -> &task_tracker::TaskTracker {
        &self.0
    }
}

impl From<task_tracker::TaskTracker> for TaskTracker {
    fn from(tracker: task_tracker::TaskTracker) -> TaskTracker {
        TaskTracker(tracker)
    }
}

impl From<TaskTracker> for task_tracker::TaskTracker {
    fn from(tracker: TaskTracker) -> task_tracker::TaskTracker {
        tracker.0
    }
}
