//! `JoinQueue`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::fmt;
use std::task::{Context, Poll};

use asynccontext::{Propagate, Snapshot};
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, Id, JoinError};
use tokio_util::task;

use crate::carried;

/// A wrapper of [`tokio_util::task::JoinQueue`](task::JoinQueue) whose tasks run in the mapping in
/// which they were spawned.
///
/// Dropping the queue aborts its tasks. Each is dropped in its own mapping.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext_tokio_util::task::JoinQueue;
///
/// static USER: Variable<u32> = Variable::named("user");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut queue = JoinQueue::new();
/// for user in 0..3 {
///     USER.run(user, || queue.spawn(async { USER.get() }));
/// }
/// assert_eq!(queue.join_all().await, [Some(0), Some(1), Some(2)]);
/// # }
/// ```
pub struct JoinQueue<T>(task::JoinQueue<T>);

impl<T> JoinQueue<T> {
    /// Calls [`new`](task::JoinQueue::new).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// assert!(JoinQueue::<()>::new().is_empty());
    /// ```
    pub const fn new() -> JoinQueue<T> {
        JoinQueue(task::JoinQueue::new())
    }

    /// Calls [`with_capacity`](task::JoinQueue::with_capacity).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// assert!(JoinQueue::<()>::with_capacity(8).is_empty());
    /// ```
    pub fn with_capacity(capacity: usize) -> JoinQueue<T> {
        JoinQueue(task::JoinQueue::with_capacity(capacity))
    }

    /// Calls [`len`](task::JoinQueue::len).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// assert_eq!(JoinQueue::<()>::new().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Calls [`is_empty`](task::JoinQueue::is_empty).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// assert!(JoinQueue::<()>::new().is_empty());
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Methods that spawn. Each task runs in the mapping of the call.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::{Handle, LocalSet};
/// use asynccontext_tokio_util::task::JoinQueue;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (handle, local) = (Handle::current(), LocalSet::new());
/// let mut queue = JoinQueue::new();
/// TENANT.run("blue", || {
///     queue.spawn(async { TENANT.get() });
///     queue.spawn_on(async { TENANT.get() }, &handle);
///     queue.spawn_blocking(|| TENANT.get());
///     queue.spawn_blocking_on(|| TENANT.get(), &handle);
///     let _entered = local.enter();
///     queue.spawn_local(async { TENANT.get() });
/// });
/// assert_eq!(local.run_until(queue.join_all()).await, [Some("blue"); 5]);
/// # }
/// ```
impl<T> JoinQueue<T> {
    /// Calls [`spawn`](task::JoinQueue::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// TENANT.run("blue", || queue.spawn(async { TENANT.get() }));
    /// assert_eq!(queue.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn(task.with_snapshot(Snapshot::inherit()))
    }

    /// Calls [`spawn_on`](task::JoinQueue::spawn_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::Handle};
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || queue.spawn_on(async { TENANT.get() }, &handle));
    /// assert_eq!(queue.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn_on(task.with_snapshot(Snapshot::inherit()), handle)
    }

    /// Calls [`spawn_local`](task::JoinQueue::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics outside a `LocalSet` and a `LocalRuntime`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::LocalSet};
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tasks = async {
    ///     let mut queue = JoinQueue::new();
    ///     TENANT.run("blue", || queue.spawn_local(async { TENANT.get() }));
    ///     queue.join_all().await
    /// };
    /// assert_eq!(LocalSet::new().run_until(tasks).await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
        T: 'static,
    {
        self.0.spawn_local(task.with_snapshot(Snapshot::inherit()))
    }

    /// Calls [`spawn_blocking`](task::JoinQueue::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// TENANT.run("blue", || queue.spawn_blocking(|| TENANT.get()));
    /// assert_eq!(queue.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn_blocking(carried(f))
    }

    /// Calls [`spawn_blocking_on`](task::JoinQueue::spawn_blocking_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::Handle};
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || queue.spawn_blocking_on(|| TENANT.get(), &handle));
    /// assert_eq!(queue.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn_blocking_on(carried(f), handle)
    }
}

/// Methods that join and abort, as in tokio-util, in the mapping of the caller.
///
/// # Examples
///
/// ```
/// use asynccontext_tokio_util::task::JoinQueue;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut queue: JoinQueue<u32> = [1, 2].map(std::future::ready).into_iter().collect();
/// assert!(queue.try_join_next().is_none()); // nothing ran yet
/// assert_eq!(queue.join_next().await.unwrap().unwrap(), 1);
/// let (_id, output) = queue.join_next_with_id().await.unwrap().unwrap();
/// assert_eq!(output, 2);
///
/// queue.spawn(std::future::pending());
/// queue.abort_all();
/// assert!(queue.join_next().await.unwrap().unwrap_err().is_cancelled());
///
/// queue.spawn(std::future::pending());
/// queue.shutdown().await; // aborts, and waits
/// assert!(queue.is_empty());
/// # }
/// ```
impl<T> JoinQueue<T> {
    /// Calls [`join_next`](task::JoinQueue::join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::from_iter([std::future::ready(1)]);
    /// assert_eq!(queue.join_next().await.unwrap().unwrap(), 1);
    /// assert!(queue.join_next().await.is_none());
    /// # }
    /// ```
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.0.join_next().await
    }

    /// Calls [`join_next_with_id`](task::JoinQueue::join_next_with_id).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// let id = queue.spawn(async { 1 }).id();
    /// assert_eq!(queue.join_next_with_id().await.unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.0.join_next_with_id().await
    }

    /// Calls [`try_join_next`](task::JoinQueue::try_join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::from_iter([std::future::ready(1)]);
    /// assert!(queue.try_join_next().is_none()); // not polled yet
    /// tokio::task::yield_now().await;
    /// assert_eq!(queue.try_join_next().unwrap().unwrap(), 1);
    /// # }
    /// ```
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.0.try_join_next()
    }

    /// Calls [`try_join_next_with_id`](task::JoinQueue::try_join_next_with_id).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// let id = queue.spawn(async { 1 }).id();
    /// tokio::task::yield_now().await;
    /// assert_eq!(queue.try_join_next_with_id().unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.0.try_join_next_with_id()
    }

    /// Calls [`poll_join_next`](task::JoinQueue::poll_join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::from_iter([std::future::ready(1)]);
    /// let joined = std::future::poll_fn(|cx| queue.poll_join_next(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), 1);
    /// # }
    /// ```
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.0.poll_join_next(cx)
    }

    /// Calls [`poll_join_next_with_id`](task::JoinQueue::poll_join_next_with_id).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::new();
    /// let id = queue.spawn(async { 1 }).id();
    /// let joined = std::future::poll_fn(|cx| queue.poll_join_next_with_id(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub fn poll_join_next_with_id(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.0.poll_join_next_with_id(cx)
    }

    /// Calls [`join_all`](task::JoinQueue::join_all).
    ///
    /// # Panics
    ///
    /// Panics if a task panicked or was aborted.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let queue = JoinQueue::from_iter([1, 2].map(std::future::ready));
    /// assert_eq!(queue.join_all().await, [1, 2]);
    /// # }
    /// ```
    pub async fn join_all(self) -> Vec<T> {
        self.0.join_all().await
    }

    /// Calls [`shutdown`](task::JoinQueue::shutdown).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::from_iter([std::future::pending::<()>()]);
    /// queue.shutdown().await;
    /// assert!(queue.is_empty());
    /// # }
    /// ```
    pub async fn shutdown(&mut self) {
        self.0.shutdown().await;
    }

    /// Calls [`abort_all`](task::JoinQueue::abort_all). Each task is dropped in its own mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::from_iter([std::future::pending::<()>()]);
    /// queue.abort_all();
    /// assert!(queue.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort_all(&mut self) {
        self.0.abort_all();
    }

    /// Calls [`detach_all`](task::JoinQueue::detach_all).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::JoinQueue;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut queue = JoinQueue::from_iter([std::future::ready(1)]);
    /// queue.detach_all(); // the task still runs
    /// assert!(queue.is_empty());
    /// # }
    /// ```
    pub fn detach_all(&mut self) {
        self.0.detach_all();
    }
}

impl<T> fmt::Debug for JoinQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Default for JoinQueue<T> {
    fn default() -> JoinQueue<T> {
        JoinQueue::new()
    }
}

impl<T> From<task::JoinQueue<T>> for JoinQueue<T> {
    fn from(queue: task::JoinQueue<T>) -> JoinQueue<T> {
        JoinQueue(queue)
    }
}

impl<T> From<JoinQueue<T>> for task::JoinQueue<T> {
    fn from(queue: JoinQueue<T>) -> task::JoinQueue<T> {
        queue.0
    }
}

/// Spawns each future, in the mapping that is current when the iterator yields it.
impl<T, F> FromIterator<F> for JoinQueue<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(iter: I) -> JoinQueue<T> {
        let mut queue = JoinQueue::new();
        for task in iter {
            queue.spawn(task);
        }
        queue
    }
}
