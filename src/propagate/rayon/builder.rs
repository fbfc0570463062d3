//! `ThreadPoolBuilder`: rayon's, which builds pools of ours.

use std::any::Any;
use std::fmt;
use std::io;

use ::rayon::{ThreadBuilder, ThreadPoolBuildError};

use super::ThreadPool;

/// A [`rayon::ThreadPoolBuilder`](::rayon::ThreadPoolBuilder) that builds a [`ThreadPool`]
/// whose work runs in the mapping it was handed over in.
///
/// The handlers are the pool's and not a caller's: they run with no values.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, rayon};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let pool = rayon::ThreadPoolBuilder::new()
///     .num_threads(2)
///     .thread_name(|at| format!("worker {at}"))
///     .build()?;
/// assert_eq!(pool.current_num_threads(), 2);
/// let name = || (TENANT.get(), std::thread::current().name().map(str::to_owned));
/// let (tenant, thread) = TENANT.run("blue", || pool.install(name));
/// assert_eq!(tenant, Some("blue"));
/// assert!(thread.unwrap().starts_with("worker "));
/// # Ok::<_, rayon::ThreadPoolBuildError>(())
/// ```
pub struct ThreadPoolBuilder<S = DefaultSpawn> {
    inner: ::rayon::ThreadPoolBuilder,
    spawn: S,
}

/// How a [`ThreadPoolBuilder`] spawns its threads: in rayon's way.
#[derive(Debug)]
pub struct DefaultSpawn(());

/// How a [`ThreadPoolBuilder`] spawns its threads: by the function that was given to
/// [`spawn_handler`](ThreadPoolBuilder::spawn_handler).
pub struct CustomSpawn<F>(F);

impl<F> fmt::Debug for CustomSpawn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomSpawn").finish_non_exhaustive()
    }
}

impl ThreadPoolBuilder {
    /// As [`new`](::rayon::ThreadPoolBuilder::new).
    pub fn new() -> ThreadPoolBuilder {
        ThreadPoolBuilder::from(::rayon::ThreadPoolBuilder::new())
    }

    /// As [`build`](::rayon::ThreadPoolBuilder::build).
    ///
    /// # Errors
    ///
    /// If the system refuses a thread.
    pub fn build(self) -> Result<ThreadPool, ThreadPoolBuildError> {
        self.inner.build().map(ThreadPool::from)
    }

    /// As [`build_global`](::rayon::ThreadPoolBuilder::build_global): the pool that the
    /// functions of [this module](super) and rayon's own use.
    ///
    /// # Errors
    ///
    /// If there is a global pool already, or the system refuses a thread.
    pub fn build_global(self) -> Result<(), ThreadPoolBuildError> {
        self.inner.build_global()
    }

    /// As [`build_scoped`](::rayon::ThreadPoolBuilder::build_scoped). `wrapper` runs with no
    /// values, and `with_pool` with those of the caller.
    ///
    /// # Errors
    ///
    /// If the system refuses a thread.
    ///
    /// # Panics
    ///
    /// As a closure does.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let read = |pool: &asynccontext::rayon::ThreadPool| pool.install(|| TENANT.get());
    /// let seen = TENANT.run("blue", || {
    ///     ThreadPoolBuilder::new().num_threads(1).build_scoped(|thread| thread.run(), read)
    /// })?;
    /// assert_eq!(seen, Some("blue"));
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn build_scoped<W, F, R>(self, wrapper: W, with_pool: F) -> Result<R, ThreadPoolBuildError>
    where
        W: Fn(ThreadBuilder) + Sync,
        F: FnOnce(&ThreadPool) -> R,
    {
        // Rayon hands out its own pool, so its scope is built here, in the way it does.
        std::thread::scope(|scope| {
            let spawn = |thread: ThreadBuilder| {
                let mut builder = std::thread::Builder::new();
                if let Some(name) = thread.name() {
                    builder = builder.name(name.to_owned());
                }
                if let Some(size) = thread.stack_size() {
                    builder = builder.stack_size(size);
                }
                builder.spawn_scoped(scope, || wrapper(thread)).map(drop)
            };
            let pool = self.spawn_handler(spawn).build()?;
            Ok(with_pool(&pool))
        })
    }
}

impl<F: FnMut(ThreadBuilder) -> io::Result<()>> ThreadPoolBuilder<CustomSpawn<F>> {
    /// As [`build`](::rayon::ThreadPoolBuilder::build).
    ///
    /// # Errors
    ///
    /// If the function that spawns fails.
    pub fn build(self) -> Result<ThreadPool, ThreadPoolBuildError> {
        self.inner.spawn_handler(self.spawn.0).build().map(ThreadPool::from)
    }

    /// As [`build_global`](::rayon::ThreadPoolBuilder::build_global).
    ///
    /// # Errors
    ///
    /// If there is a global pool already, or the function that spawns fails.
    pub fn build_global(self) -> Result<(), ThreadPoolBuildError> {
        self.inner.spawn_handler(self.spawn.0).build_global()
    }
}

impl<S> ThreadPoolBuilder<S> {
    fn with(self, change: impl FnOnce(::rayon::ThreadPoolBuilder) -> ::rayon::ThreadPoolBuilder) -> Self {
        ThreadPoolBuilder { inner: change(self.inner), spawn: self.spawn }
    }

    /// As [`spawn_handler`](::rayon::ThreadPoolBuilder::spawn_handler).
    ///
    /// Spawn by `std`, not by [`thread::spawn`](crate::thread::spawn): with that, each thread
    /// would keep for itself the values of whoever builds the pool.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, rayon::ThreadPoolBuilder};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let spawn = |thread: rayon::ThreadBuilder| {
    ///     std::thread::Builder::new().spawn(|| thread.run()).map(drop)
    /// };
    /// let pool = ThreadPoolBuilder::new().spawn_handler(spawn).num_threads(1).build()?;
    /// assert_eq!(TENANT.run("blue", || pool.install(|| TENANT.get())), Some("blue"));
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn spawn_handler<F>(self, spawn: F) -> ThreadPoolBuilder<CustomSpawn<F>>
    where
        F: FnMut(ThreadBuilder) -> io::Result<()>,
    {
        ThreadPoolBuilder { inner: self.inner, spawn: CustomSpawn(spawn) }
    }

    /// As [`thread_name`](::rayon::ThreadPoolBuilder::thread_name).
    pub fn thread_name<F>(self, closure: F) -> Self
    where
        F: FnMut(usize) -> String + 'static,
    {
        self.with(|inner| inner.thread_name(closure))
    }

    /// As [`num_threads`](::rayon::ThreadPoolBuilder::num_threads).
    pub fn num_threads(self, num_threads: usize) -> Self {
        self.with(|inner| inner.num_threads(num_threads))
    }

    /// As [`use_current_thread`](::rayon::ThreadPoolBuilder::use_current_thread).
    pub fn use_current_thread(self) -> Self {
        self.with(|inner| inner.use_current_thread())
    }

    /// As [`panic_handler`](::rayon::ThreadPoolBuilder::panic_handler).
    pub fn panic_handler<H>(self, panic_handler: H) -> Self
    where
        H: Fn(Box<dyn Any + Send>) + Send + Sync + 'static,
    {
        self.with(|inner| inner.panic_handler(panic_handler))
    }

    /// As [`stack_size`](::rayon::ThreadPoolBuilder::stack_size).
    pub fn stack_size(self, stack_size: usize) -> Self {
        self.with(|inner| inner.stack_size(stack_size))
    }

    /// As [`start_handler`](::rayon::ThreadPoolBuilder::start_handler).
    pub fn start_handler<H>(self, start_handler: H) -> Self
    where
        H: Fn(usize) + Send + Sync + 'static,
    {
        self.with(|inner| inner.start_handler(start_handler))
    }

    /// As [`exit_handler`](::rayon::ThreadPoolBuilder::exit_handler).
    pub fn exit_handler<H>(self, exit_handler: H) -> Self
    where
        H: Fn(usize) + Send + Sync + 'static,
    {
        self.with(|inner| inner.exit_handler(exit_handler))
    }
}

impl Default for ThreadPoolBuilder {
    fn default() -> ThreadPoolBuilder {
        ThreadPoolBuilder::new()
    }
}

impl From<::rayon::ThreadPoolBuilder> for ThreadPoolBuilder {
    fn from(inner: ::rayon::ThreadPoolBuilder) -> ThreadPoolBuilder {
        ThreadPoolBuilder { inner, spawn: DefaultSpawn(()) }
    }
}

impl<S> fmt::Debug for ThreadPoolBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}
