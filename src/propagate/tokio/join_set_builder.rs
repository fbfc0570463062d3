//! `task::join_set::Builder`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::fmt;
use std::future::Future;
use std::io;

use ::tokio::runtime::Handle;
use ::tokio::task::{AbortHandle, LocalSet, join_set};

use super::spawn::carried;
use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;

/// A wrapper of [`tokio::task::join_set::Builder`](join_set::Builder) whose tasks run in the
/// mapping of the spawning call.
///
/// Returned by [`JoinSet::build_task`](super::JoinSet::build_task). Requires `--cfg tokio_unstable`
/// and the feature `tokio-tracing`, as in tokio.
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
/// # async fn main() -> std::io::Result<()> {
/// let handle = Handle::current();
/// let local = LocalSet::new();
/// let mut set = JoinSet::new();
/// let read = async || TENANT.get();
/// TENANT.run("blue", || {
///     let _entered = local.enter();
///     set.build_task().name("reads the tenant").spawn(read())?;
///     set.build_task().spawn_on(read(), &handle)?;
///     set.build_task().spawn_local(read())?;
///     set.build_task().spawn_local_on(read(), &local)?;
///     set.build_task().spawn_blocking(|| TENANT.get())?;
///     set.build_task().spawn_blocking_on(|| TENANT.get(), &handle)
/// })?;
/// assert_eq!(local.run_until(set.join_all()).await, [Some("blue"); 6]);
/// # Ok(())
/// # }
/// ```
pub struct Builder<'a, T>(pub(super) join_set::Builder<'a, T>);

impl<'a, T: 'static> Builder<'a, T> {
    /// Calls [`name`](join_set::Builder::name).
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
    pub fn name(self, name: &'a str) -> Builder<'a, T> {
        Builder(self.0.name(name))
    }

    /// Calls [`spawn`](join_set::Builder::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{JoinSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// TENANT.run("blue", || set.build_task().name("reads the tenant").spawn(async { TENANT.get() }))?;
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.0.spawn(future.with_snapshot(inherited("tokio::task::join_set::Builder::spawn")))
    }

    /// Calls [`spawn_on`](join_set::Builder::spawn_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{Handle, JoinSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || set.build_task().name("reads the tenant").spawn_on(async { TENANT.get() }, &handle))?;
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(self, future: F, handle: &Handle) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + Send + 'static,
        T: Send,
    {
        self.0.spawn_on(future.with_snapshot(inherited("tokio::task::join_set::Builder::spawn_on")), handle)
    }

    /// Calls [`spawn_blocking`](join_set::Builder::spawn_blocking).
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{JoinSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// TENANT.run("blue", || set.build_task().name("reads the tenant").spawn_blocking(|| TENANT.get()))?;
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(self, f: F) -> io::Result<AbortHandle>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.0.spawn_blocking(carried("tokio::task::join_set::Builder::spawn_blocking", f))
    }

    /// Calls [`spawn_blocking_on`](join_set::Builder::spawn_blocking_on).
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{Handle, JoinSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// let handle = Handle::current();
    /// TENANT.run("blue", || set.build_task().name("reads the tenant").spawn_blocking_on(|| TENANT.get(), &handle))?;
    /// assert_eq!(set.join_all().await, [Some("blue")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F>(self, f: F, handle: &Handle) -> io::Result<AbortHandle>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send,
    {
        self.0.spawn_blocking_on(carried("tokio::task::join_set::Builder::spawn_blocking_on", f), handle)
    }

    /// Calls [`spawn_local`](join_set::Builder::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics outside a `LocalSet` and a `LocalRuntime`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{JoinSet, LocalSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let (mut set, local) = (JoinSet::new(), LocalSet::new());
    /// {
    ///     let _entered = local.enter();
    ///     TENANT.run("blue", || set.build_task().spawn_local(async { TENANT.get() }))?;
    /// }
    /// assert_eq!(local.run_until(set.join_all()).await, [Some("blue")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + 'static,
    {
        self.0.spawn_local(future.with_snapshot(inherited("tokio::task::join_set::Builder::spawn_local")))
    }

    /// Calls [`spawn_local_on`](join_set::Builder::spawn_local_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{JoinSet, LocalSet};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let (mut set, local) = (JoinSet::new(), LocalSet::new());
    /// TENANT.run("blue", || set.build_task().spawn_local_on(async { TENANT.get() }, &local))?;
    /// assert_eq!(local.run_until(set.join_all()).await, [Some("blue")]);
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(self, future: F, local_set: &LocalSet) -> io::Result<AbortHandle>
    where
        F: Future<Output = T> + 'static,
    {
        self.0.spawn_local_on(
            future.with_snapshot(inherited("tokio::task::join_set::Builder::spawn_local_on")),
            local_set,
        )
    }
}

impl<T> fmt::Debug for Builder<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
