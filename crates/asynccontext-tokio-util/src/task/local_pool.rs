//! `LocalPoolHandle`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::ops::Deref;

use asynccontext::Carried;
use tokio::task::JoinHandle;
use tokio_util::task;

/// A wrapper of [`tokio_util::task::LocalPoolHandle`](task::LocalPoolHandle) whose tasks run in the
/// mapping in which they were spawned.
///
/// Methods that do not spawn are available through `Deref`: `num_threads` and
/// `get_task_loads_for_each_worker`.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// use asynccontext::Variable;
/// use asynccontext_tokio_util::task::LocalPoolHandle;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let pool = LocalPoolHandle::new(2);
/// assert_eq!(pool.num_threads(), 2);
/// let task = TENANT.run("blue", || {
///     pool.spawn_pinned(|| {
///         let made_in = Rc::new(TENANT.get()); // not `Send`
///         async move { (*made_in, TENANT.get()) }
///     })
/// });
/// assert_eq!(task.await.unwrap(), (Some("blue"), Some("blue")));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct LocalPoolHandle(task::LocalPoolHandle);

impl LocalPoolHandle {
    /// Calls [`new`](task::LocalPoolHandle::new).
    ///
    /// # Panics
    ///
    /// Panics if `pool_size` is 0.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext_tokio_util::task::LocalPoolHandle;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(LocalPoolHandle::new(2).num_threads(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn new(pool_size: usize) -> LocalPoolHandle {
        LocalPoolHandle(task::LocalPoolHandle::new(pool_size))
    }

    /// Calls [`spawn_pinned`](task::LocalPoolHandle::spawn_pinned). The closure and its future run
    /// in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::LocalPoolHandle;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let pool = LocalPoolHandle::new(1);
    /// let task = TENANT.run("blue", || pool.spawn_pinned(async || TENANT.get()));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_pinned<F, Fut>(&self, create_task: F) -> JoinHandle<Fut::Output>
    where
        F: FnOnce() -> Fut,
        F: Send + 'static,
        Fut: Future + 'static,
        Fut::Output: Send + 'static,
    {
        let create_task = Carried::new(create_task);
        self.0.spawn_pinned(move || create_task.handle_async(|create_task| create_task()))
    }

    /// Calls [`spawn_pinned_by_idx`](task::LocalPoolHandle::spawn_pinned_by_idx). The closure and
    /// its future run in the mapping of this call.
    ///
    /// # Panics
    ///
    /// Panics if there is no worker `idx`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext_tokio_util::task::LocalPoolHandle;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let pool = LocalPoolHandle::new(2);
    /// let task = TENANT.run("blue", || pool.spawn_pinned_by_idx(async || TENANT.get(), 1));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_pinned_by_idx<F, Fut>(&self, create_task: F, idx: usize) -> JoinHandle<Fut::Output>
    where
        F: FnOnce() -> Fut,
        F: Send + 'static,
        Fut: Future + 'static,
        Fut::Output: Send + 'static,
    {
        let create_task = Carried::new(create_task);
        self.0.spawn_pinned_by_idx(move || create_task.handle_async(|create_task| create_task()), idx)
    }
}

impl Deref for LocalPoolHandle {
    type Target = task::LocalPoolHandle;

    fn deref(&self) -> &task::LocalPoolHandle {
        &self.0
    }
}

impl From<task::LocalPoolHandle> for LocalPoolHandle {
    fn from(pool: task::LocalPoolHandle) -> LocalPoolHandle {
        LocalPoolHandle(pool)
    }
}

impl From<LocalPoolHandle> for task::LocalPoolHandle {
    fn from(pool: LocalPoolHandle) -> task::LocalPoolHandle {
        pool.0
    }
}
