//! `TaskTracker`, a wrapper whose tasks run in the mapping in which they were spawned, and the
//! other items of `tokio_util::task::task_tracker`.

use std::ops::Deref;

use asynccontext::{Propagate, Snapshot};
use tokio::runtime::Handle;
use tokio::task::{JoinHandle, LocalSet};
use tokio_util::task::task_tracker;

use crate::carried;

#[doc(no_inline)]
pub use tokio_util::task::task_tracker::{TaskTrackerToken, TaskTrackerWaitFuture, TrackedFuture};

/// A wrapper of [`tokio_util::task::TaskTracker`](task_tracker::TaskTracker) whose tasks run in the
/// mapping in which they were spawned.
///
/// Methods that do not spawn, such as `wait`, `close`, `token` and `track_future`, are available
/// through `Deref`. A task is tracked until it is dropped, in its own mapping.
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
    /// Calls [`new`](task_tracker::TaskTracker::new).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// assert!(TaskTracker::new().is_empty());
    /// ```
    #[must_use]
    pub fn new() -> TaskTracker {
        TaskTracker::default()
    }

    /// Calls [`spawn`](task_tracker::TaskTracker::spawn). The task runs in the mapping of this
    /// call.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tracker = TaskTracker::new();
    /// let task = TENANT.run("blue", || tracker.spawn(async { TENANT.get() }));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn(task.with_snapshot(Snapshot::inherit()))
    }

    /// Calls [`spawn_on`](task_tracker::TaskTracker::spawn_on). The task runs in the mapping of
    /// this call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::Handle};
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tracker = TaskTracker::new();
    /// let handle = Handle::current();
    /// let task = TENANT.run("blue", || tracker.spawn_on(async { TENANT.get() }, &handle));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(&self, task: F, handle: &Handle) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn_on(task.with_snapshot(Snapshot::inherit()), handle)
    }

    /// Calls [`spawn_local`](task_tracker::TaskTracker::spawn_local). The task runs in the mapping
    /// of this call.
    ///
    /// # Panics
    ///
    /// Panics outside a `LocalSet` and a `LocalRuntime`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::LocalSet};
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let local = LocalSet::new();
    /// let seen = local.run_until(async {
    ///     let tracker = TaskTracker::new();
    ///     TENANT.run("blue", || tracker.spawn_local(async { TENANT.get() })).await
    /// });
    /// assert_eq!(seen.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local(task.with_snapshot(Snapshot::inherit()))
    }

    /// Calls [`spawn_local_on`](task_tracker::TaskTracker::spawn_local_on). The task runs in the
    /// mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::LocalSet};
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (tracker, local) = (TaskTracker::new(), LocalSet::new());
    /// let task = TENANT.run("blue", || tracker.spawn_local_on(async { TENANT.get() }, &local));
    /// assert_eq!(local.run_until(task).await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(&self, task: F, local_set: &LocalSet) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local_on(task.with_snapshot(Snapshot::inherit()), local_set)
    }

    /// Calls [`spawn_blocking`](task_tracker::TaskTracker::spawn_blocking). The closure runs in the
    /// mapping of this call.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tracker = TaskTracker::new();
    /// let task = TENANT.run("blue", || tracker.spawn_blocking(|| TENANT.get()));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
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

    /// Calls [`spawn_blocking_on`](task_tracker::TaskTracker::spawn_blocking_on). The closure runs
    /// in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::Handle};
    /// # use asynccontext_tokio_util::task::TaskTracker;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tracker = TaskTracker::new();
    /// let handle = Handle::current();
    /// let task = TENANT.run("blue", || tracker.spawn_blocking_on(|| TENANT.get(), &handle));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
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

    /// Calls [`ptr_eq`](task_tracker::TaskTracker::ptr_eq).
    ///
    /// # Examples
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
