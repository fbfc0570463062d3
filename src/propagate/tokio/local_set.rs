//! `LocalSet`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::pin::Pin;
use std::task::{Context, Poll};

use ::tokio::runtime::Runtime;
use ::tokio::task::{self, JoinHandle};

use super::runtime::root;
use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

/// A wrapper of [`tokio::task::LocalSet`](task::LocalSet) whose tasks run in the mapping in which
/// they were spawned.
///
/// Methods that neither spawn nor poll, such as `enter`, are available through `Deref`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::task::{self, LocalSet};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let local = LocalSet::new();
/// let first = TENANT.run("blue", || local.spawn_local(async { TENANT.get() }));
/// let second = {
///     let _entered = local.enter();
///     TENANT.run("red", || task::spawn_local(async { TENANT.get() }))
/// };
/// local.await; // until its tasks are done
/// assert_eq!(first.await.unwrap(), Some("blue"));
/// assert_eq!(second.await.unwrap(), Some("red"));
/// # }
/// ```
#[derive(Debug, Default)]
pub struct LocalSet(task::LocalSet);

impl LocalSet {
    /// Creates an empty set.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// asynccontext::tokio::LocalSet::new().await; // nothing to do
    /// # }
    /// ```
    pub fn new() -> LocalSet {
        LocalSet(task::LocalSet::new())
    }

    /// Calls [`spawn_local`](task::LocalSet::spawn_local). The task runs in the mapping of this
    /// call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::LocalSet};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let local = LocalSet::new();
    /// let task = TENANT.run("blue", || local.spawn_local(async { TENANT.get() }));
    /// assert_eq!(local.run_until(task).await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local(future.with_snapshot(inherited("tokio::LocalSet::spawn_local")))
    }

    /// Calls [`run_until`](task::LocalSet::run_until). The future runs in the mapping of this call.
    /// The set's tasks, which are polled meanwhile, do not see that mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::LocalSet};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let local = LocalSet::new();
    /// let seen = TENANT.run("blue", || local.run_until(async { TENANT.get() }));
    /// assert_eq!(seen.await, Some("blue"));
    /// # }
    /// ```
    pub fn run_until<F: Future>(&self, future: F) -> impl Future<Output = F::Output> {
        let future = future.with_snapshot(Snapshot::for_resource("tokio::LocalSet::run_until"));
        Snapshot::empty().scope(self.0.run_until(future))
    }

    /// Calls [`block_on`](task::LocalSet::block_on). The future runs in the mapping of this call.
    /// The set's tasks, which are polled meanwhile, do not see that mapping.
    ///
    /// # Panics
    ///
    /// Panics within an asynchronous task, and if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::tokio::runtime::{Builder, Runtime};
    /// use asynccontext::tokio::task::LocalSet;
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// let seen = TENANT.run("blue", || LocalSet::new().block_on(&rt, async { TENANT.get() }));
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, rt: &Runtime, future: F) -> F::Output {
        root("tokio::LocalSet::block_on", future, |root| self.0.block_on(rt, root))
    }
}

/// Completes when all tasks of the set are done. Each is polled in its own mapping; one that was
/// spawned bare starts empty.
impl Future for LocalSet {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        Snapshot::empty().run(|| Pin::new(&mut self.0).poll(cx))
    }
}

impl Deref for LocalSet {
    type Target = task::LocalSet;

    fn deref(&self) -> &task::LocalSet {
        &self.0
    }
}

impl DerefMut for LocalSet {
    fn deref_mut(&mut self) -> &mut task::LocalSet {
        &mut self.0
    }
}

impl From<task::LocalSet> for LocalSet {
    fn from(local: task::LocalSet) -> LocalSet {
        LocalSet(local)
    }
}

impl From<LocalSet> for task::LocalSet {
    fn from(local: LocalSet) -> task::LocalSet {
        local.0
    }
}
