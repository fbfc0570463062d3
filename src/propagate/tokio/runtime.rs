//! `Handle` and `Runtime`, wrappers whose tasks run in the mapping in which they were spawned, and
//! the other items of `tokio::runtime`.

use std::future::Future;
use std::ops::Deref;
use std::time::Duration;

use ::tokio::runtime;
use ::tokio::task::JoinHandle;

use super::spawn::carried;
#[cfg(tokio_unstable)]
use super::tasks::Ends;
use crate::mapping::Scoped;
use crate::propagate::Propagate;
use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

#[cfg(tokio_unstable)]
pub use super::inherit::Inherit;
pub use super::local_runtime::LocalRuntime;
#[doc(no_inline)]
pub use ::tokio::runtime::*;

/// A wrapper of [`tokio::runtime::Handle`](runtime::Handle) whose tasks run in the mapping in which
/// they were spawned.
///
/// Methods that do not spawn, such as `enter` and `metrics`, are available through `Deref`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::runtime::Handle;
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let handle = Handle::current();
/// let task = TENANT.run("blue", || handle.spawn(async { TENANT.get() }));
/// assert_eq!(task.await.unwrap(), Some("blue"));
/// assert_eq!(handle.metrics().num_workers(), 1);
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Handle(runtime::Handle);

impl Handle {
    /// Calls [`current`](runtime::Handle::current).
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let handle = asynccontext::tokio::Handle::current();
    /// handle.spawn(async {}).await.unwrap();
    /// # }
    /// ```
    #[track_caller]
    pub fn current() -> Handle {
        Handle(runtime::Handle::current())
    }

    /// Calls [`try_current`](runtime::Handle::try_current).
    ///
    /// # Errors
    ///
    /// Returns an error outside a tokio runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// assert!(asynccontext::tokio::Handle::try_current().is_err());
    /// ```
    pub fn try_current() -> Result<Handle, TryCurrentError> {
        runtime::Handle::try_current().map(Handle)
    }

    /// Calls [`spawn`](runtime::Handle::spawn); the task runs in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::Handle};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = TENANT.run("blue", || Handle::current().spawn(async { TENANT.get() }));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.0.spawn(future.with_snapshot(inherited("tokio::Handle::spawn")))
    }

    /// Calls [`spawn_blocking`](runtime::Handle::spawn_blocking); the closure runs in the
    /// mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::Handle};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let task = TENANT.run("blue", || Handle::current().spawn_blocking(|| TENANT.get()));
    /// assert_eq!(task.await.unwrap(), Some("blue"));
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.0.spawn_blocking(carried("tokio::Handle::spawn_blocking", func))
    }

    /// Calls [`block_on`](runtime::Handle::block_on); the future is polled and dropped in
    /// the mapping of this call, and is a task for
    /// [`enter_task`](crate::Variable::enter_task).
    ///
    /// # Panics
    ///
    /// Panics within an asynchronous task, and if the future panics.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, tokio::Runtime};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = Runtime::from(tokio::runtime::Builder::new_current_thread().build().unwrap());
    /// let seen = TENANT.run("blue", || rt.handle().block_on(async { TENANT.get() }));
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.0.block_on(future.with_snapshot(Snapshot::for_resource("tokio::Handle::block_on")))
    }
}

impl Deref for Handle {
    type Target = runtime::Handle;

    fn deref(&self) -> &runtime::Handle {
        &self.0
    }
}

impl From<runtime::Handle> for Handle {
    fn from(handle: runtime::Handle) -> Handle {
        Handle(handle)
    }
}

impl From<Handle> for runtime::Handle {
    fn from(handle: Handle) -> runtime::Handle {
        handle.0
    }
}

/// A wrapper of [`tokio::runtime::Runtime`](runtime::Runtime) whose tasks run in the mapping in
/// which they were spawned.
///
/// Methods that do not spawn, such as `enter` and `metrics`, are available through `Deref`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
/// use asynccontext::tokio::runtime::{Builder, Runtime};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
/// let task = TENANT.run("blue", || rt.spawn(async { TENANT.get() }));
/// assert_eq!(rt.block_on(task).unwrap(), Some("blue"));
/// ```
#[derive(Debug)]
pub struct Runtime {
    inner: runtime::Runtime,
    handle: Handle,
    /// Dropped after the other fields.
    #[cfg(tokio_unstable)]
    ends: Ends,
}

impl Runtime {
    #[cfg(tokio_unstable)]
    pub(super) fn that_ends(ends: Ends, inner: runtime::Runtime) -> Runtime {
        let handle = Handle(inner.handle().clone());
        Runtime { inner, handle, ends }
    }

    /// Calls [`new`](runtime::Runtime::new).
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to provide a thread or another resource.
    ///
    /// # Examples
    ///
    /// ```
    /// let rt = asynccontext::tokio::Runtime::new()?;
    /// assert_eq!(rt.block_on(async { 1 }), 1);
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[cfg(feature = "tokio-rt-multi-thread")]
    pub fn new() -> std::io::Result<Runtime> {
        runtime::Runtime::new().map(Runtime::from)
    }

    /// Returns the handle to this runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::tokio::runtime::{Builder, Handle, Runtime};
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// let handle: Handle = rt.handle().clone();
    /// assert_eq!(rt.block_on(handle.spawn(async { 1 })).unwrap(), 1);
    /// ```
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// Calls [`spawn`](runtime::Runtime::spawn); the task runs in the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::tokio::runtime::{Builder, Runtime};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// let task = TENANT.run("blue", || rt.spawn(async { TENANT.get() }));
    /// assert_eq!(rt.block_on(task).unwrap(), Some("blue"));
    /// ```
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.inner.spawn(future.with_snapshot(inherited("tokio::Runtime::spawn")))
    }

    /// Calls [`spawn_blocking`](runtime::Runtime::spawn_blocking); the closure runs in
    /// the mapping of this call.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    /// use asynccontext::tokio::runtime::{Builder, Runtime};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// let task = TENANT.run("blue", || rt.spawn_blocking(|| TENANT.get()));
    /// assert_eq!(rt.block_on(task).unwrap(), Some("blue"));
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, func: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        self.inner.spawn_blocking(carried("tokio::Runtime::spawn_blocking", func))
    }

    /// Calls [`block_on`](runtime::Runtime::block_on); the future is polled and dropped
    /// in the mapping of this call, and is a task for
    /// [`enter_task`](crate::Variable::enter_task).
    ///
    /// Other tasks that this thread polls meanwhile do not see that mapping: on a runtime of the
    /// flavor `current_thread`, a task that was spawned bare starts empty.
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
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// TENANT.run("blue", || {
    ///     rt.block_on(async {
    ///         assert_eq!(TENANT.get(), Some("blue"));
    ///         let bare = tokio::spawn(async { TENANT.get() });
    ///         assert_eq!(bare.await.unwrap(), None);
    ///     })
    /// });
    /// ```
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        root("tokio::Runtime::block_on", future, |root| self.inner.block_on(root))
    }

    /// Calls [`shutdown_timeout`](runtime::Runtime::shutdown_timeout). Each task is
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
    /// use asynccontext::tokio::runtime::{Builder, Runtime};
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// rt.spawn(std::future::pending::<()>());
    /// rt.shutdown_timeout(Duration::from_millis(1));
    /// ```
    pub fn shutdown_timeout(self, duration: Duration) {
        self.inner.shutdown_timeout(duration);
    }

    /// Calls [`shutdown_background`](runtime::Runtime::shutdown_background). Each task
    /// is dropped in its own mapping.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::tokio::runtime::{Builder, Runtime};
    ///
    /// let rt = Runtime::from(Builder::new_current_thread().build().unwrap());
    /// rt.spawn(std::future::pending::<()>());
    /// rt.shutdown_background();
    /// ```
    pub fn shutdown_background(self) {
        self.inner.shutdown_background();
    }
}

/// Calls `drive`, in an empty mapping, with the future tied to the current mapping.
#[track_caller]
pub(super) fn root<F, R>(type_name: &'static str, future: F, drive: impl FnOnce(Scoped<F>) -> R) -> R {
    let future = future.with_snapshot(Snapshot::for_resource(type_name));
    Snapshot::empty().run(|| drive(future))
}

impl Deref for Runtime {
    type Target = runtime::Runtime;

    fn deref(&self) -> &runtime::Runtime {
        &self.inner
    }
}

impl From<runtime::Runtime> for Runtime {
    fn from(inner: runtime::Runtime) -> Runtime {
        let handle = Handle(inner.handle().clone());
        Runtime {
            inner,
            handle,
            #[cfg(tokio_unstable)]
            ends: Ends::default(),
        }
    }
}

impl From<Runtime> for runtime::Runtime {
    fn from(runtime: Runtime) -> runtime::Runtime {
        #[cfg(tokio_unstable)]
        runtime.ends.unseen();
        runtime.inner
    }
}
