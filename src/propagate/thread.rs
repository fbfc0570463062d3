//! Threads that inherit values: `std::thread`, with the spawner's values.
//!
//! To migrate, write `use asynccontext::thread` instead of `use std::thread`. The spawn functions
//! have the names and signatures of `std`'s; everything else is re-exported.
//!
//! The closure of a new thread runs, and is dropped, in a snapshot that is captured at the spawn.
//! The snapshot is dropped when the closure returns or panics; later, in the destructors of the
//! thread's locals, nothing is bound. [Uninherited](crate::Variable::uninherited) variables are
//! left out, except in a [`scope`], which waits for its threads.
//!
//! ```
//! use asynccontext::{Variable, thread};
//!
//! static REQUEST_ID: Variable<u64> = Variable::named("request-id");
//!
//! let inherits = REQUEST_ID.run(7, || thread::spawn(|| REQUEST_ID.get()));
//! assert_eq!(inherits.join().unwrap(), Some(7));
//!
//! let bare = REQUEST_ID.run(7, || std::thread::spawn(|| REQUEST_ID.get()));
//! assert_eq!(bare.join().unwrap(), None);
//! ```
//!
//! `Builder::spawn_unchecked` is missing, since it is `unsafe`. Use `std`'s with a closure made by
//! [`Snapshot::wrap`](crate::Snapshot::wrap).

use std::fmt;
use std::io;
use std::thread as bare;

pub use std::thread::{
    AccessError, JoinHandle, LocalKey, Result, ScopedJoinHandle, Thread, ThreadId, available_parallelism, current,
    panicking, park, park_timeout, sleep, yield_now,
};

use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

/// Spawns a thread that has the current values. Otherwise this is [`std::thread::spawn`].
///
/// # Panics
///
/// Panics if the system fails to create a thread; [`Builder::spawn`] returns an error instead.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, thread};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let thread = TENANT.run("blue", || thread::spawn(|| TENANT.get()));
/// assert_eq!(thread.join().unwrap(), Some("blue"));
/// ```
#[track_caller]
pub fn spawn<F, T>(f: F) -> JoinHandle<T>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    bare::spawn(inherited("thread::spawn").wrap(f).into_fn_once())
}

/// A thread factory like [`std::thread::Builder`], whose threads have the values that are current
/// at `spawn`, not at `new`.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, thread};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// # fn main() -> std::io::Result<()> {
/// let builder = thread::Builder::new().name("worker".to_owned());
/// let thread = TENANT.run("blue", || builder.spawn(|| TENANT.get()))?;
/// assert_eq!(thread.join().unwrap(), Some("blue"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "must eventually spawn the thread"]
pub struct Builder(bare::Builder);

impl Builder {
    /// Creates a builder with default settings. See [`std::thread::Builder::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::thread;
    /// let thread = thread::Builder::new().spawn(|| 1 + 1)?;
    /// assert_eq!(thread.join().unwrap(), 2);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[expect(clippy::new_without_default, reason = "std's has none")]
    pub fn new() -> Builder {
        Builder(bare::Builder::new())
    }

    /// Names the thread. See [`std::thread::Builder::name`].
    ///
    /// # Panics
    ///
    /// The spawn panics if the name contains null bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::thread;
    /// let builder = thread::Builder::new().name("worker".to_owned());
    /// let thread = builder.spawn(|| thread::current().name() == Some("worker"))?;
    /// assert!(thread.join().unwrap());
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn name(self, name: String) -> Builder {
        Builder(self.0.name(name))
    }

    /// Sets the size of the stack in bytes. See [`std::thread::Builder::stack_size`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::thread;
    /// let thread = thread::Builder::new().stack_size(1 << 20).spawn(|| 1 + 1)?;
    /// assert_eq!(thread.join().unwrap(), 2);
    /// # Ok::<_, std::io::Error>(())
    /// ```
    pub fn stack_size(self, size: usize) -> Builder {
        Builder(self.0.stack_size(size))
    }

    /// Spawns a thread that has the current values. See
    /// [`std::thread::Builder::spawn`].
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread. The closure is then dropped in the
    /// snapshot.
    ///
    /// # Panics
    ///
    /// Panics if a name was set that contains null bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, thread};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let spawn = || thread::Builder::new().spawn(|| TENANT.get());
    /// let thread = TENANT.run("blue", spawn)?;
    /// assert_eq!(thread.join().unwrap(), Some("blue"));
    /// # Ok::<_, std::io::Error>(())
    /// ```
    #[track_caller]
    pub fn spawn<F, T>(self, f: F) -> io::Result<JoinHandle<T>>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        self.0.spawn(inherited("thread::Builder::spawn").wrap(f).into_fn_once())
    }

    /// Spawns a scoped thread that has the current values. See
    /// [`std::thread::Builder::spawn_scoped`].
    ///
    /// # Errors
    ///
    /// Returns an error if the system fails to create a thread. The closure is then dropped in the
    /// snapshot.
    ///
    /// # Panics
    ///
    /// Panics if a name was set that contains null bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, thread};
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let count = [1, 2, 3];
    /// let total = TENANT.run("blue", || {
    ///     thread::scope(|scope| {
    ///         let builder = thread::Builder::new().name("sum".to_owned());
    ///         let thread = builder.spawn_scoped(scope, || (TENANT.get(), count.iter().sum()))?;
    ///         Ok::<_, std::io::Error>(thread.join().unwrap())
    ///     })
    /// })?;
    /// assert_eq!(total, (Some("blue"), 6));
    /// # Ok(())
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_scoped<'scope, 'env, F, T>(
        self,
        scope: &'scope Scope<'scope, 'env>,
        f: F,
    ) -> io::Result<ScopedJoinHandle<'scope, T>>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        let snapshot = Snapshot::for_resource("thread::Builder::spawn_scoped");
        self.0.spawn_scoped(scope.bare(), snapshot.wrap(f).into_fn_once())
    }
}

/// Calls `f` with a scope for spawning threads, and waits for the threads. Each has the values that
/// are current at its spawn. Otherwise this is [`std::thread::scope`].
///
/// # Panics
///
/// Panics if a thread panicked that was not joined manually.
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, thread};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// let rows = vec![1, 2, 3];
/// TENANT.run("blue", || {
///     thread::scope(|scope| {
///         scope.spawn(|| assert_eq!((TENANT.get(), rows.len()), (Some("blue"), 3)));
///         scope.spawn(|| {
///             scope.spawn(|| assert_eq!(TENANT.get(), Some("blue")));
///         });
///     })
/// });
/// ```
#[track_caller]
pub fn scope<'env, F, T>(f: F) -> T
where
    F: for<'scope> FnOnce(&'scope Scope<'scope, 'env>) -> T,
{
    bare::scope(|scope| f(scope))
}

/// A scope for spawning threads, passed to the closure of [`scope`]. It is used like
/// [`std::thread::Scope`]; see [`spawn`](ScopeLike#method.spawn).
///
/// # Examples
///
/// ```
/// use asynccontext::{Variable, thread};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
///
/// fn start<'scope>(scope: &'scope thread::Scope<'scope, '_>, seen: &'scope mut Option<&str>) {
///     scope.spawn(|| *seen = TENANT.get());
/// }
///
/// let mut seen = None;
/// TENANT.run("blue", || thread::scope(|scope| start(scope, &mut seen)));
/// assert_eq!(seen, Some("blue"));
/// ```
// A trait object, because `std` passes a reference to its scope whose lifetime is that of the scope
// itself: a struct around the scope would need `unsafe`.
pub type Scope<'scope, 'env> = dyn ScopeLike<'scope, 'env> + 'scope;

/// The trait behind [`Scope`], implemented only by `std`'s scope.
///
/// It is `RefUnwindSafe` on the platforms where that scope is.
///
/// # Examples
///
/// ```
/// use asynccontext::thread::{self, ScopeLike};
///
/// fn start<'scope>(scope: &'scope (dyn ScopeLike<'scope, '_> + 'scope)) {
///     scope.spawn(|| println!("in a thread"));
/// }
/// thread::scope(|scope| start(scope));
/// ```
pub trait ScopeLike<'scope, 'env: 'scope>:
    sealed::Bare<'scope, 'env> + sealed::Unwind + fmt::Debug + Send + Sync
{
}

impl<'scope, 'env: 'scope> ScopeLike<'scope, 'env> for bare::Scope<'scope, 'env> {}

mod sealed {
    use super::bare;

    pub trait Bare<'scope, 'env: 'scope> {
        fn bare(&'scope self) -> &'scope bare::Scope<'scope, 'env>;
    }

    impl<'scope, 'env: 'scope> Bare<'scope, 'env> for bare::Scope<'scope, 'env> {
        fn bare(&'scope self) -> &'scope bare::Scope<'scope, 'env> {
            self
        }
    }

    // `std`'s scope holds a thread's handle, which holds the thread's parker. On other platforms
    // (NetBSD, illumos) the parker has a plain cell.
    macro_rules! unwind_safe_where {
        ($($platforms:tt)*) => {
            #[cfg($($platforms)*)]
            pub trait Unwind: std::panic::RefUnwindSafe {}
            #[cfg($($platforms)*)]
            impl<T: std::panic::RefUnwindSafe> Unwind for T {}
            #[cfg(not($($platforms)*))]
            pub trait Unwind {}
            #[cfg(not($($platforms)*))]
            impl<T> Unwind for T {}
        };
    }
    unwind_safe_where!(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "openbsd",
        target_os = "dragonfly",
        target_os = "fuchsia",
        all(target_vendor = "apple", not(miri)),
        target_family = "windows",
        target_family = "wasm",
    ));
}

impl<'scope, 'env: 'scope> dyn ScopeLike<'scope, 'env> + 'scope {
    /// Spawns a thread in the scope that has the current values. See
    /// [`std::thread::Scope::spawn`].
    ///
    /// # Panics
    ///
    /// Panics if the system fails to create a thread; [`Builder::spawn_scoped`] returns an
    /// error instead.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Variable, thread};
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let seen = thread::scope(|scope| {
    ///     let thread = TENANT.run("blue", || scope.spawn(|| TENANT.get()));
    ///     thread.join().unwrap()
    /// });
    /// assert_eq!(seen, Some("blue"));
    /// ```
    #[track_caller]
    pub fn spawn<F, T>(&'scope self, f: F) -> ScopedJoinHandle<'scope, T>
    where
        F: FnOnce() -> T + Send + 'scope,
        T: Send + 'scope,
    {
        self.bare().spawn(Snapshot::for_resource("thread::Scope::spawn").wrap(f).into_fn_once())
    }
}
