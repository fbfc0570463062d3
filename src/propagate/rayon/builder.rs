//! `ThreadPoolBuilder`, a wrapper that builds a wrapped `ThreadPool`.

use std::any::Any;
use std::fmt;
use std::io;

use ::rayon::{ThreadBuilder, ThreadPoolBuildError};

use super::ThreadPool;

/// A wrapper of [`rayon::ThreadPoolBuilder`](::rayon::ThreadPoolBuilder) that builds a
/// [`ThreadPool`], whose work runs in the mapping in which it was passed to the pool.
///
/// The handlers belong to the pool, not to a caller: they run without values.
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

/// A marker for a [`ThreadPoolBuilder`] that spawns its threads as rayon does by default.
///
/// # Examples
///
/// ```
/// use asynccontext::rayon::ThreadPoolBuilder;
///
/// let builder: ThreadPoolBuilder = ThreadPoolBuilder::new(); // with `DefaultSpawn`
/// ```
#[derive(Debug)]
pub struct DefaultSpawn(());

/// The function of a [`ThreadPoolBuilder`] that spawns its threads, set by
/// [`spawn_handler`](ThreadPoolBuilder::spawn_handler).
///
/// # Examples
///
/// ```
/// use asynccontext::rayon::ThreadPoolBuilder;
///
/// let spawn = |thread: rayon::ThreadBuilder| {
///     std::thread::Builder::new().spawn(|| thread.run()).map(drop)
/// };
/// let builder: ThreadPoolBuilder<_> = ThreadPoolBuilder::new().spawn_handler(spawn); // with `CustomSpawn`
/// assert!(builder.build().is_ok());
/// ```
pub struct CustomSpawn<F>(F);

impl<F> fmt::Debug for CustomSpawn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomSpawn").finish_non_exhaustive()
    }
}

impl ThreadPoolBuilder {
    /// Calls [`new`](::rayon::ThreadPoolBuilder::new).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().build()?;
    /// assert_eq!(pool.install(|| 1 + 1), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn new() -> ThreadPoolBuilder {
        ThreadPoolBuilder::from(::rayon::ThreadPoolBuilder::new())
    }

    /// Calls [`build`](::rayon::ThreadPoolBuilder::build).
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    /// assert_eq!(pool.current_num_threads(), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn build(self) -> Result<ThreadPool, ThreadPoolBuildError> {
        self.inner.build().map(ThreadPool::from)
    }

    /// Calls [`build_global`](::rayon::ThreadPoolBuilder::build_global). The functions of [this
    /// module](super) and rayon's own use the global pool.
    ///
    /// # Errors
    ///
    /// Returns an error if there is already a global pool, or the system fails to create a thread.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// ThreadPoolBuilder::new().num_threads(2).build_global()?;
    /// assert_eq!(asynccontext::rayon::current_num_threads(), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn build_global(self) -> Result<(), ThreadPoolBuildError> {
        self.inner.build_global()
    }

    /// Calls [`build_scoped`](::rayon::ThreadPoolBuilder::build_scoped). `wrapper` runs without
    /// values, and `with_pool` with those of the caller.
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread.
    ///
    /// # Panics
    ///
    /// Panics if a closure panics.
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
        // Rayon passes its own pool to the closure, so this does what rayon's method does.
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
    /// Calls [`build`](::rayon::ThreadPoolBuilder::build).
    ///
    /// # Errors
    ///
    /// Returns an error if the spawning function fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let spawn = |thread: rayon::ThreadBuilder| {
    ///     std::thread::Builder::new().spawn(|| thread.run()).map(drop)
    /// };
    /// let pool = ThreadPoolBuilder::new().spawn_handler(spawn).build()?;
    /// assert_eq!(pool.install(|| 1 + 1), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn build(self) -> Result<ThreadPool, ThreadPoolBuildError> {
        self.inner.spawn_handler(self.spawn.0).build().map(ThreadPool::from)
    }

    /// Calls [`build_global`](::rayon::ThreadPoolBuilder::build_global).
    ///
    /// # Errors
    ///
    /// Returns an error if there is already a global pool, or the spawning function fails.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let spawn = |thread: rayon::ThreadBuilder| {
    ///     std::thread::Builder::new().spawn(|| thread.run()).map(drop)
    /// };
    /// ThreadPoolBuilder::new().spawn_handler(spawn).num_threads(2).build_global()?;
    /// assert_eq!(asynccontext::rayon::current_num_threads(), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn build_global(self) -> Result<(), ThreadPoolBuildError> {
        self.inner.spawn_handler(self.spawn.0).build_global()
    }
}

impl<S> ThreadPoolBuilder<S> {
    fn with(self, change: impl FnOnce(::rayon::ThreadPoolBuilder) -> ::rayon::ThreadPoolBuilder) -> Self {
        ThreadPoolBuilder { inner: change(self.inner), spawn: self.spawn }
    }

    /// Calls [`spawn_handler`](::rayon::ThreadPoolBuilder::spawn_handler).
    ///
    /// `spawn` should use `std`'s threads, not [`thread::spawn`](crate::thread::spawn), with which
    /// each thread would keep the values of the code that builds the pool.
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

    /// Calls [`thread_name`](::rayon::ThreadPoolBuilder::thread_name).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().thread_name(|at| format!("worker-{at}")).build()?;
    /// assert!(pool.install(|| std::thread::current().name().unwrap().starts_with("worker-")));
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn thread_name<F>(self, closure: F) -> Self
    where
        F: FnMut(usize) -> String + 'static,
    {
        self.with(|inner| inner.thread_name(closure))
    }

    /// Calls [`num_threads`](::rayon::ThreadPoolBuilder::num_threads).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    /// assert_eq!(pool.current_num_threads(), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn num_threads(self, num_threads: usize) -> Self {
        self.with(|inner| inner.num_threads(num_threads))
    }

    /// Calls [`use_current_thread`](::rayon::ThreadPoolBuilder::use_current_thread).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().num_threads(1).use_current_thread().build()?;
    /// assert_eq!(pool.current_thread_index(), Some(0));
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn use_current_thread(self) -> Self {
        self.with(|inner| inner.use_current_thread())
    }

    /// Calls [`panic_handler`](::rayon::ThreadPoolBuilder::panic_handler).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().panic_handler(|_| eprintln!("a spawned closure panicked")).build()?;
    /// pool.spawn(|| panic!("reported by the handler"));
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn panic_handler<H>(self, panic_handler: H) -> Self
    where
        H: Fn(Box<dyn Any + Send>) + Send + Sync + 'static,
    {
        self.with(|inner| inner.panic_handler(panic_handler))
    }

    /// Calls [`stack_size`](::rayon::ThreadPoolBuilder::stack_size).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().stack_size(1 << 20).build()?;
    /// assert_eq!(pool.install(|| 1 + 1), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn stack_size(self, stack_size: usize) -> Self {
        self.with(|inner| inner.stack_size(stack_size))
    }

    /// Calls [`start_handler`](::rayon::ThreadPoolBuilder::start_handler).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().start_handler(|at| println!("thread {at} starts")).build()?;
    /// assert_eq!(pool.install(|| 1 + 1), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
    pub fn start_handler<H>(self, start_handler: H) -> Self
    where
        H: Fn(usize) + Send + Sync + 'static,
    {
        self.with(|inner| inner.start_handler(start_handler))
    }

    /// Calls [`exit_handler`](::rayon::ThreadPoolBuilder::exit_handler).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::rayon::ThreadPoolBuilder;
    /// let pool = ThreadPoolBuilder::new().exit_handler(|at| println!("thread {at} ends")).build()?;
    /// assert_eq!(pool.install(|| 1 + 1), 2);
    /// # Ok::<_, rayon::ThreadPoolBuildError>(())
    /// ```
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
