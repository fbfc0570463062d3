//! Threads that inherit: `std::thread`, with the spawner's values.
//!
//! To move over, write `use asynccontext::thread` instead of `use std::thread`. What
//! spawns is the same by name and signature; everything else is `std`'s own.
//!
//! The closure of a new thread runs, and is dropped, in the snapshot that was taken
//! when it was spawned. When it returns or panics, the snapshot is let go; after that,
//! in the destructors of the thread's locals, nothing is bound.
//! [Uninherited](crate::Variable::uninherited) variables stay behind, but not where a [`scope`]
//! waits for the threads.
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
//! `Builder::spawn_unchecked` is missing: it is `unsafe`. Spawn a closure made by
//! [`Snapshot::wrap`](crate::Snapshot::wrap) with `std`'s instead.

use std::fmt;
use std::io;
use std::thread as bare;

pub use std::thread::{
    AccessError, JoinHandle, LocalKey, Result, ScopedJoinHandle, Thread, ThreadId, available_parallelism, current,
    panicking, park, park_timeout, sleep, yield_now,
};

use crate::propagate::inherit::inherited;
use crate::snapshot::Snapshot;

/// Spawns a thread that has the current values. As [`std::thread::spawn`] otherwise.
///
/// # Panics
///
/// If the system fails to create a thread; [`Builder::spawn`] returns an error instead.
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

/// Settings of a thread to come. As [`std::thread::Builder`], except that what it
/// spawns has the values that are current at `spawn`, not at `new`.
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
    /// The default settings. See [`std::thread::Builder::new`].
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
    /// When spawned, if the name has a null byte.
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
    /// If the system fails to create a thread. The closure has been dropped then, in
    /// the snapshot.
    ///
    /// # Panics
    ///
    /// If a name was set that has a null byte.
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
    /// If the system fails to create a thread. The closure has been dropped then, in
    /// the snapshot.
    ///
    /// # Panics
    ///
    /// If a name was set that has a null byte.
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

/// Calls `f` with a scope to spawn threads in, and waits for them. As
/// [`std::thread::scope`], except that the threads have the values that are current
/// where each is spawned.
///
/// # Panics
///
/// If a thread panicked that was not joined by hand.
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

/// A scope to spawn threads in, made by [`scope`]. Used as [`std::thread::Scope`]; see
/// [`spawn`](ScopeLike#method.spawn).
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
// A trait object, because `std` hands out its scope by a reference whose lifetime is
// the scope's own: a struct around it could only be had with `unsafe`.
pub type Scope<'scope, 'env> = dyn ScopeLike<'scope, 'env> + 'scope;

/// What [`Scope`] is made of. Implemented by `std`'s scope alone.
///
/// `RefUnwindSafe` on the platforms where that one is.
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

    // `std`'s scope holds a thread's handle, and that what the thread is parked by. On other
    // platforms (NetBSD, illumos) that has a plain cell.
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
    /// If the system fails to create a thread; [`Builder::spawn_scoped`] returns an
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
