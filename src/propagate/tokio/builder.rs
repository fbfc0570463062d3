//! `task::Builder`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::future::Future;
use std::io;

use ::tokio::runtime::Handle;
use ::tokio::task::{self, JoinHandle, LocalSet};

use super::spawn::carried;
use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;

/// A wrapper of [`tokio::task::Builder`](task::Builder) whose tasks run in the mapping of the
/// spawning call.
///
/// Requires `--cfg tokio_unstable` and the feature `tokio-tracing`, as in tokio.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::task::{Builder, LocalSet};
/// use asynccontext::tokio::Handle;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let handle = Handle::current();
/// let local = LocalSet::new();
/// let builder = || Builder::new().name("reads the tenant");
/// let read = async || TENANT.get();
/// let tasks = TENANT.run("blue", || {
///     let _entered = local.enter();
///     std::io::Result::Ok([
///         builder().spawn(read())?,
///         builder().spawn_on(read(), &handle)?,
///         builder().spawn_local(read())?,
///         builder().spawn_local_on(read(), &local)?,
///         builder().spawn_blocking(|| TENANT.get())?,
///         builder().spawn_blocking_on(|| TENANT.get(), &handle)?,
///     ])
/// })?;
/// local.await;
/// for task in tasks {
///     assert_eq!(task.await?, Some("blue"));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
pub struct Builder<'a>(task::Builder<'a>);

impl<'a> Builder<'a> {
    /// Calls [`new`](task::Builder::new).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::task::Builder;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = Builder::new().spawn(async { 1 })?;
    /// assert_eq!(task.await?, 1);
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> Builder<'a> {
        Builder::default()
    }

    /// Calls [`name`](task::Builder::name).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::tokio::task::Builder;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = Builder::new().name("adds").spawn(async { 1 + 1 })?;
    /// assert_eq!(task.await?, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self, name: &'a str) -> Builder<'a> {
        Builder(self.0.name(name))
    }

    /// Calls [`spawn`](task::Builder::spawn).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{task::Builder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = TENANT.run("blue", || Builder::new().name("reads the tenant").spawn(async { TENANT.get() }))?;
    /// assert_eq!(task.await?, Some("blue"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn(future.with_snapshot(inherited("tokio::task::Builder::spawn")))
    }

    /// Calls [`spawn_on`](task::Builder::spawn_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{Handle, task::Builder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let handle = Handle::current();
    /// let task = TENANT.run("blue", || Builder::new().name("reads the tenant").spawn_on(async { TENANT.get() }, &handle))?;
    /// assert_eq!(task.await?, Some("blue"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(self, future: F, handle: &Handle) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn_on(future.with_snapshot(inherited("tokio::task::Builder::spawn_on")), handle)
    }

    /// Calls [`spawn_local`](task::Builder::spawn_local).
    ///
    /// # Panics
    ///
    /// Panics outside a `LocalSet` and a `LocalRuntime`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{LocalSet, task::Builder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let local = LocalSet::new();
    /// let task = {
    ///     let _entered = local.enter();
    ///     TENANT.run("blue", || Builder::new().name("reads the tenant").spawn_local(async { TENANT.get() }))?
    /// };
    /// assert_eq!(local.run_until(task).await?, Some("blue"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(self, future: F) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local(future.with_snapshot(inherited("tokio::task::Builder::spawn_local")))
    }

    /// Calls [`spawn_local_on`](task::Builder::spawn_local_on).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{LocalSet, task::Builder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let local = LocalSet::new();
    /// let task = TENANT.run("blue", || Builder::new().name("reads the tenant").spawn_local_on(async { TENANT.get() }, &local))?;
    /// assert_eq!(local.run_until(task).await?, Some("blue"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(self, future: F, local_set: &LocalSet) -> io::Result<JoinHandle<F::Output>>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.0.spawn_local_on(future.with_snapshot(inherited("tokio::task::Builder::spawn_local_on")), local_set)
    }

    /// Calls [`spawn_blocking`](task::Builder::spawn_blocking).
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
    /// # use asynccontext::tokio::{task::Builder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let task = TENANT.run("blue", || Builder::new().name("reads the tenant").spawn_blocking(|| TENANT.get()))?;
    /// assert_eq!(task.await?, Some("blue"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(self, function: F) -> io::Result<JoinHandle<R>>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.0.spawn_blocking(carried("tokio::task::Builder::spawn_blocking", function))
    }

    /// Calls [`spawn_blocking_on`](task::Builder::spawn_blocking_on).
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # use asynccontext::tokio::{Handle, task::Builder};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let handle = Handle::current();
    /// let task = TENANT.run("blue", || Builder::new().name("reads the tenant").spawn_blocking_on(|| TENANT.get(), &handle))?;
    /// assert_eq!(task.await?, Some("blue"));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F, R>(self, function: F, handle: &Handle) -> io::Result<JoinHandle<R>>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.0.spawn_blocking_on(carried("tokio::task::Builder::spawn_blocking_on", function), handle)
    }
}
