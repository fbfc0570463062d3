//! `JoinSet`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::fmt;
use std::future::Future;
use std::task::{Context, Poll};

use ::tokio::runtime::Handle;
use ::tokio::task::{self, AbortHandle, Id, JoinError, LocalSet};

use super::spawn::carried;
use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;

/// A wrapper of [`tokio::task::JoinSet`](task::JoinSet) whose tasks run in the mapping in which
/// they were spawned.
///
/// Dropping the set aborts its tasks. Each is dropped in its own mapping.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::task::JoinSet;
///
/// static USER: Variable<u32> = Variable::named("user");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut set = JoinSet::new();
/// for user in 0..3 {
///     USER.run(user, || set.spawn(async { USER.get() }));
/// }
/// assert_eq!(set.len(), 3);
/// let mut seen = set.join_all().await;
/// seen.sort();
/// assert_eq!(seen, [Some(0), Some(1), Some(2)]);
/// # }
/// ```
pub struct JoinSet<T>(task::JoinSet<T>);

impl<T> JoinSet<T> {
    /// Creates an empty set.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(asynccontext::tokio::JoinSet::<()>::new().is_empty());
    /// ```
    pub fn new() -> JoinSet<T> {
        JoinSet(task::JoinSet::new())
    }

    /// Returns the number of tasks in the set, including finished tasks that were not joined yet.
    ///
    /// # Examples
    ///
    /// ```
    /// assert_eq!(asynccontext::tokio::JoinSet::<()>::new().len(), 0);
    /// ```
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns `true` if the set contains no tasks.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(asynccontext::tokio::JoinSet::<()>::new().is_empty());
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
/// use asynccontext::tokio::{Handle, JoinSet, LocalSet};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let handle = Handle::current();
/// let local = LocalSet::new();
/// let mut set = JoinSet::new();
/// TENANT.run("blue", || {
///     set.spawn(async { TENANT.get() });
///     set.spawn_on(async { TENANT.get() }, &handle);
///     set.spawn_blocking(|| TENANT.get());
///     set.spawn_blocking_on(|| TENANT.get(), &handle);
///     set.spawn_local_on(async { TENANT.get() }, &local);
///     let _entered = local.enter();
///     set.spawn_local(async { TENANT.get() });
/// });
/// let seen = local.run_until(set.join_all()).await;
/// assert_eq!(seen, [Some("blue"); 6]);
/// # }
/// ```
impl<T: 'static> JoinSet<T> {
    /// Calls [`spawn`](task::JoinSet::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::JoinSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// TENANT.run("blue", || set.spawn(async { TENANT.get() }));
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.0.spawn(task.with_snapshot(inherited("tokio::JoinSet::spawn")))
    }

    /// Calls [`spawn_on`](task::JoinSet::spawn_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::{Handle, JoinSet}};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || set.spawn_on(async { TENANT.get() }, &handle));
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.0.spawn_on(task.with_snapshot(inherited("tokio::JoinSet::spawn_on")), handle)
    }

    /// Calls [`spawn_local`](task::JoinSet::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics outside a `LocalSet` and a `LocalRuntime`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::{JoinSet, LocalSet}};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let tasks = async {
    ///     let mut set = JoinSet::new();
    ///     TENANT.run("blue", || set.spawn_local(async { TENANT.get() }));
    ///     set.join_all().await
    /// };
    /// assert_eq!(LocalSet::new().run_until(tasks).await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.0.spawn_local(task.with_snapshot(inherited("tokio::JoinSet::spawn_local")))
    }

    /// Calls [`spawn_local_on`](task::JoinSet::spawn_local_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::{JoinSet, LocalSet}};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let (mut set, local) = (JoinSet::new(), LocalSet::new());
    /// TENANT.run("blue", || set.spawn_local_on(async { TENANT.get() }, &local));
    /// assert_eq!(local.run_until(set.join_all()).await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T> + 'static,
    {
        self.0.spawn_local_on(task.with_snapshot(inherited("tokio::JoinSet::spawn_local_on")), local_set)
    }

    /// Calls [`spawn_blocking`](task::JoinSet::spawn_blocking).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::JoinSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// TENANT.run("blue", || set.spawn_blocking(|| TENANT.get()));
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.0.spawn_blocking(carried("tokio::JoinSet::spawn_blocking", f))
    }

    /// Calls [`spawn_blocking_on`](task::JoinSet::spawn_blocking_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, tokio::{Handle, JoinSet}};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || set.spawn_blocking_on(|| TENANT.get(), &handle));
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.0.spawn_blocking_on(carried("tokio::JoinSet::spawn_blocking_on", f), handle)
    }

    /// Calls [`build_task`](task::JoinSet::build_task).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// set.build_task().name("adds").spawn(async { 1 + 1 })?;
    /// assert_eq!(set.join_all().await, [2]);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(all(tokio_unstable, feature = "tokio-tracing"))]
    pub fn build_task(&mut self) -> super::join_set_builder::Builder<'_, T> {
        super::join_set_builder::Builder(self.0.build_task())
    }
}

/// Methods that join and abort, as in tokio, in the mapping of the caller.
///
/// # Examples
///
/// ```
/// use asynccontext::tokio::JoinSet;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut set: JoinSet<u32> = [1, 2].map(std::future::ready).into_iter().collect();
/// assert!(set.try_join_next().is_none()); // nothing ran yet
/// assert!(set.join_next().await.unwrap().is_ok());
/// let (_id, _output) = set.join_next_with_id().await.unwrap().unwrap();
/// assert!(set.join_next().await.is_none());
///
/// set.spawn(std::future::pending());
/// set.abort_all();
/// assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
///
/// set.spawn(std::future::pending());
/// set.shutdown().await; // aborts, and waits
/// assert!(set.is_empty());
///
/// set.extend([std::future::ready(3)]);
/// set.detach_all(); // runs on, without the set
/// assert!(set.is_empty());
/// # }
/// ```
impl<T: 'static> JoinSet<T> {
    /// Calls [`join_next`](task::JoinSet::join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::from_iter([std::future::ready(1)]);
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 1);
    /// assert!(set.join_next().await.is_none());
    /// # }
    /// ```
    pub async fn join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.0.join_next().await
    }

    /// Calls [`join_next_with_id`](task::JoinSet::join_next_with_id).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let id = set.spawn(async { 1 }).id();
    /// assert_eq!(set.join_next_with_id().await.unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub async fn join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.0.join_next_with_id().await
    }

    /// Calls [`try_join_next`](task::JoinSet::try_join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::from_iter([std::future::ready(1)]);
    /// assert!(set.try_join_next().is_none()); // not polled yet
    /// tokio::task::yield_now().await;
    /// assert_eq!(set.try_join_next().unwrap().unwrap(), 1);
    /// # }
    /// ```
    pub fn try_join_next(&mut self) -> Option<Result<T, JoinError>> {
        self.0.try_join_next()
    }

    /// Calls [`try_join_next_with_id`](task::JoinSet::try_join_next_with_id).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let id = set.spawn(async { 1 }).id();
    /// tokio::task::yield_now().await;
    /// assert_eq!(set.try_join_next_with_id().unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub fn try_join_next_with_id(&mut self) -> Option<Result<(Id, T), JoinError>> {
        self.0.try_join_next_with_id()
    }

    /// Calls [`poll_join_next`](task::JoinSet::poll_join_next).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::from_iter([std::future::ready(1)]);
    /// let joined = std::future::poll_fn(|cx| set.poll_join_next(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), 1);
    /// # }
    /// ```
    pub fn poll_join_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T, JoinError>>> {
        self.0.poll_join_next(cx)
    }

    /// Calls [`poll_join_next_with_id`](task::JoinSet::poll_join_next_with_id).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let id = set.spawn(async { 1 }).id();
    /// let joined = std::future::poll_fn(|cx| set.poll_join_next_with_id(cx)).await;
    /// assert_eq!(joined.unwrap().unwrap(), (id, 1));
    /// # }
    /// ```
    pub fn poll_join_next_with_id(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<(Id, T), JoinError>>> {
        self.0.poll_join_next_with_id(cx)
    }

    /// Calls [`join_all`](task::JoinSet::join_all).
    ///
    /// # Panics
    ///
    /// Panics if a task panicked or was aborted.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let set = JoinSet::from_iter([std::future::ready(1)]);
    /// assert_eq!(set.join_all().await, [1]);
    /// # }
    /// ```
    pub async fn join_all(self) -> Vec<T> {
        self.0.join_all().await
    }

    /// Calls [`shutdown`](task::JoinSet::shutdown).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::from_iter([std::future::pending::<()>()]);
    /// set.shutdown().await;
    /// assert!(set.is_empty());
    /// # }
    /// ```
    pub async fn shutdown(&mut self) {
        self.0.shutdown().await;
    }

    /// Calls [`abort_all`](task::JoinSet::abort_all). Each task is dropped in its own
    /// mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::from_iter([std::future::pending::<()>()]);
    /// set.abort_all();
    /// assert!(set.join_next().await.unwrap().unwrap_err().is_cancelled());
    /// # }
    /// ```
    pub fn abort_all(&mut self) {
        self.0.abort_all();
    }

    /// Calls [`detach_all`](task::JoinSet::detach_all).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::JoinSet;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::from_iter([std::future::ready(1)]);
    /// set.detach_all(); // the task still runs
    /// assert!(set.is_empty());
    /// # }
    /// ```
    pub fn detach_all(&mut self) {
        self.0.detach_all();
    }
}

impl<T> fmt::Debug for JoinSet<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> Default for JoinSet<T> {
    fn default() -> JoinSet<T> {
        JoinSet::new()
    }
}

impl<T> From<task::JoinSet<T>> for JoinSet<T> {
    fn from(set: task::JoinSet<T>) -> JoinSet<T> {
        JoinSet(set)
    }
}

impl<T> From<JoinSet<T>> for task::JoinSet<T> {
    fn from(set: JoinSet<T>) -> task::JoinSet<T> {
        set.0
    }
}

/// Spawns each future, in the mapping that is current when the iterator yields it.
impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn from_iter<I: IntoIterator<Item = F>>(iter: I) -> JoinSet<T> {
        let mut set = JoinSet::new();
        set.extend(iter);
        set
    }
}

/// Spawns each future, in the mapping that is current when the iterator yields it.
impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T> + Send + 'static,
    T: Send + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, iter: I) {
        for task in iter {
            self.spawn(task);
        }
    }
}
