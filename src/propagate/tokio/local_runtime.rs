//! `LocalRuntime`, a wrapper whose tasks run in the mapping in which they were spawned.

use std::future::Future;
use std::ops::Deref;
use std::time::Duration;

use ::tokio::runtime;
use ::tokio::task::JoinHandle;

use super::runtime::{Handle, root};
use super::spawn::carried;
#[cfg(tokio_unstable)]
use super::tasks::Ends;
use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;

/// A wrapper of [`tokio::runtime::LocalRuntime`](runtime::LocalRuntime) whose tasks run in the
/// mapping in which they were spawned.
///
/// Methods that do not spawn, such as `enter` and `metrics`, are available through `Deref`.
///
/// # Examples
///
/// ```
/// use std::rc::Rc;
///
/// use asynccontext::Variable;
/// use asynccontext::tokio::runtime::{Builder, LocalOptions, LocalRuntime};
/// use asynccontext::tokio::task;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rt = LocalRuntime::from(Builder::new_current_thread().build_local(LocalOptions::default())?);
/// let not_send = Rc::new(());
/// let first = TENANT.run("blue", || rt.spawn_local(async move { (not_send, TENANT.get()).1 }));
/// assert_eq!(rt.block_on(first)?, Some("blue"));
///
/// let second = async { TENANT.run("red", || task::spawn_local(async { TENANT.get() })).await };
/// assert_eq!(rt.block_on(second)?, Some("red"));
/// # std::io::Result::Ok(())
/// ```
#[derive(Debug)]
pub struct LocalRuntime {
    inner: runtime::LocalRuntime,
    handle: Handle,
    /// Dropped after the other fields.
    #[cfg(tokio_unstable)]
    ends: Ends,
}

impl LocalRuntime {
    #[cfg(tokio_unstable)]
    pub(super) fn that_ends(ends: Ends, inner: runtime::LocalRuntime) -> LocalRuntime {
        let handle = Handle::from(inner.handle().clone());
        LocalRuntime { inner, handle, ends }
    }

    /// Calls [`new`](runtime::LocalRuntime::new).
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to provide a resource.
    ///
    /// # Examples
    ///
    /// ```
    /// let rt = asynccontext::tokio::runtime::LocalRuntime::new()?;
    /// assert_eq!(rt.block_on(async { 1 }), 1);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn new() -> std::io::Result<LocalRuntime> {
        runtime::LocalRuntime::new().map(LocalRuntime::from)
    }

    /// Returns the handle to this runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::tokio::runtime::{Handle, LocalRuntime};
    ///
    /// let rt = LocalRuntime::new()?;
    /// let handle: Handle = rt.handle().clone();
    /// assert_eq!(rt.block_on(handle.spawn(async { 1 }))?, 1);
    /// # std::io::Result::Ok(())
    /// ```
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Calls [`spawn_local`](runtime::LocalRuntime::spawn_local); the task runs in the
    /// mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::runtime::LocalRuntime};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = LocalRuntime::new()?;
    /// let task = TENANT.run("blue", || rt.spawn_local(async { TENANT.get() }));
    /// assert_eq!(rt.block_on(task)?, Some("blue"));
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + 'static,
        F::Output: 'static,
    {
        self.inner.spawn_local(future.with_snapshot(inherited("tokio::runtime::LocalRuntime::spawn_local")))
    }

    /// Calls [`spawn_blocking`](runtime::LocalRuntime::spawn_blocking); the closure runs in
    /// the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::runtime::LocalRuntime};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = LocalRuntime::new()?;
    /// let task = TENANT.run("blue", || rt.spawn_blocking(|| TENANT.get()));
    /// assert_eq!(rt.block_on(task)?, Some("blue"));
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.inner.spawn_blocking(carried("tokio::runtime::LocalRuntime::spawn_blocking", func))
    }

    /// Calls [`block_on`](runtime::LocalRuntime::block_on); the future is polled and dropped in the
    /// mapping of this call, and is a task for [`enter_task`](crate::Variable::enter_task). Other
    /// tasks, which this thread polls meanwhile, do not see that mapping.
    ///
    /// # Panics
    ///
    /// Panics within an asynchronous task, and if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::runtime::LocalRuntime};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = LocalRuntime::new()?;
    /// let seen = TENANT.run("blue", || rt.block_on(async { TENANT.get() }));
    /// assert_eq!(seen, Some("blue"));
    /// # std::io::Result::Ok(())
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        root("tokio::runtime::LocalRuntime::block_on", future, |root| self.inner.block_on(root))
    }

    /// Calls [`shutdown_timeout`](runtime::LocalRuntime::shutdown_timeout). Each task is
    /// dropped in its own mapping.
    ///
    /// # Panics
    ///
    /// Panics within an asynchronous task.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// let rt = asynccontext::tokio::runtime::LocalRuntime::new()?;
    /// rt.spawn_local(std::future::pending::<()>());
    /// rt.shutdown_timeout(Duration::from_millis(1));
    /// # std::io::Result::Ok(())
    /// ```
    pub fn shutdown_timeout(self, duration: Duration) {
        self.inner.shutdown_timeout(duration);
    }

    /// Calls [`shutdown_background`](runtime::LocalRuntime::shutdown_background). Each task
    /// is dropped in its own mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// let rt = asynccontext::tokio::runtime::LocalRuntime::new()?;
    /// rt.spawn_local(std::future::pending::<()>());
    /// rt.shutdown_background();
    /// # std::io::Result::Ok(())
    /// ```
    pub fn shutdown_background(self) {
        self.inner.shutdown_background();
    }
}

impl Deref for LocalRuntime {
    type Target = runtime::LocalRuntime;

    fn deref(&self) -> &runtime::LocalRuntime {
        &self.inner
    }
}

impl From<runtime::LocalRuntime> for LocalRuntime {
    fn from(inner: runtime::LocalRuntime) -> LocalRuntime {
        let handle = Handle::from(inner.handle().clone());
        LocalRuntime {
            inner,
            handle,
            #[cfg(tokio_unstable)]
            ends: Ends::default(),
        }
    }
}

impl From<LocalRuntime> for runtime::LocalRuntime {
    fn from(runtime: LocalRuntime) -> runtime::LocalRuntime {
        #[cfg(tokio_unstable)]
        runtime.ends.unseen();
        runtime.inner
    }
}
