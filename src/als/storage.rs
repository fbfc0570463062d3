//! `AsyncLocalStorage`: a store for each flow of control.

use std::borrow::Cow;
use std::fmt;
use std::mem;

use crate::wrapped::{Arguments, CallOnce, Wrapped};
use crate::{Guard, NotInTask, Scoped, Snapshot, TaskGuard, Unbound, Variable};

/// A storage with a store of its own in each flow of control, as in Node.
///
/// The constructors are `const`, so a `static` needs no macro. A store is any value that can be
/// shared between threads. [`get_store`](Self::get_store) clones the store, so a large or shared
/// one belongs in an `Arc`; [`with_store`](Self::with_store) borrows it instead.
///
/// # Examples
///
/// JavaScript:
///
/// ```js
/// const tenant = new AsyncLocalStorage({ name: 'tenant', defaultValue: 'nobody' });
///
/// tenant.run('blue', () => {
///   assert.equal(tenant.getStore(), 'blue');
/// });
/// assert.equal(tenant.getStore(), 'nobody');
/// ```
///
/// Rust:
///
/// ```
/// use asynccontext::als::AsyncLocalStorage;
///
/// static TENANT: AsyncLocalStorage<&str> = AsyncLocalStorage::named("tenant").with_default("nobody");
///
/// TENANT.run("blue", || {
///     assert_eq!(TENANT.get_store(), Some("blue"));
/// });
/// assert_eq!(TENANT.get_store(), Some("nobody"));
/// ```
pub struct AsyncLocalStorage<T: Send + Sync + 'static> {
    /// `exit` binds `None`, JavaScript's `undefined`, which hides the default.
    pub(crate) variable: Variable<Option<T>>,
}

impl<T: Send + Sync + 'static> AsyncLocalStorage<T> {
    /// Creates a storage without a name and without a default: `new AsyncLocalStorage()`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// // JavaScript: const storage = new AsyncLocalStorage()
    /// static STORAGE: AsyncLocalStorage<u64> = AsyncLocalStorage::new();
    /// assert_eq!((STORAGE.name(), STORAGE.get_store()), ("", None));
    /// ```
    pub const fn new() -> AsyncLocalStorage<T> {
        AsyncLocalStorage::named("")
    }

    /// Creates a storage with a name: `new AsyncLocalStorage({ name })`.
    ///
    /// The `Debug` output of a snapshot shows the name too.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// // JavaScript: const user = new AsyncLocalStorage({ name: 'user' })
    /// static USER: AsyncLocalStorage<u64> = AsyncLocalStorage::named("user");
    /// assert_eq!(USER.name(), "user");
    /// ```
    pub const fn named(name: &'static str) -> AsyncLocalStorage<T> {
        AsyncLocalStorage { variable: Variable::named(name) }
    }

    /// Returns the storage with a default: `new AsyncLocalStorage({ defaultValue })`.
    ///
    /// # Panics
    ///
    /// Panics if the storage already has a default. In a `static` this is a compile-time error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// // JavaScript: const level = new AsyncLocalStorage({ defaultValue: 1 })
    /// static LEVEL: AsyncLocalStorage<u8> = AsyncLocalStorage::new().with_default(1);
    /// assert_eq!(LEVEL.get_store(), Some(1));
    /// ```
    pub const fn with_default(mut self, store: T) -> AsyncLocalStorage<T> {
        assert!(self.variable.default.is_none(), "the storage already has a default");
        // the forgotten value is `None`; a `const fn` may not drop it
        mem::forget(self.variable.default.replace(Some(store)));
        self
    }

    /// Returns the storage as an uninherited one, whose store is left out of work that may outlive
    /// the call that starts it: see [`Variable::uninherited`].
    ///
    /// # Panics
    ///
    /// Panics as [`Variable::uninherited`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static TRANSACTION: AsyncLocalStorage<u32> = AsyncLocalStorage::named("transaction").uninherited();
    /// let thread = TRANSACTION.run(7, || asynccontext::thread::spawn(|| TRANSACTION.get_store()));
    /// assert_eq!(thread.join().unwrap(), None);
    /// ```
    #[must_use = "returns the uninherited storage"]
    pub const fn uninherited(mut self) -> AsyncLocalStorage<T> {
        self.variable.key.make_uninherited();
        self
    }

    /// Creates a storage with the same default and a name made at run time.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// // JavaScript: new AsyncLocalStorage({ name: `shard ${3}` })
    /// let shard = AsyncLocalStorage::<u64>::new().with_name(format!("shard {}", 3));
    /// assert_eq!(shard.name(), "shard 3");
    /// ```
    pub fn with_name(self, name: impl Into<Cow<'static, str>>) -> AsyncLocalStorage<T> {
        AsyncLocalStorage { variable: self.variable.with_name(name) }
    }

    /// Returns the storage's name, or `""` if it has none: `storage.name`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// // JavaScript: storage.name
    /// assert_eq!(AsyncLocalStorage::<u64>::named("user").name(), "user");
    /// ```
    pub fn name(&self) -> &str {
        self.variable.name()
    }

    /// Returns a clone of the current store, or of the default: `storage.getStore()`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// use std::sync::Arc;
    /// # struct User { name: &'static str }
    /// static USER: AsyncLocalStorage<Arc<User>> = AsyncLocalStorage::named("user");
    ///
    /// // JavaScript: user.run({ name: 'ann' }, () => user.getStore()?.name)
    /// let name = USER.run(Arc::new(User { name: "ann" }), || USER.get_store().map(|user| user.name));
    /// assert_eq!(name, Some("ann"));
    /// ```
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get_store(&self) -> Option<T>
    where
        T: Clone,
    {
        self.with_store(|store| store.cloned())
    }

    /// Calls `f` with a reference to the current store, or to the default.
    ///
    /// This is for stores that are not `Clone`, or not cheap to clone.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static PATH: AsyncLocalStorage<String> = AsyncLocalStorage::named("path");
    ///
    /// // JavaScript: path.run('/users', () => path.getStore()?.length)
    /// let length = PATH.run("/users".to_owned(), || PATH.with_store(|path| path.map(|path| path.len())));
    /// assert_eq!(length, Some(6));
    /// ```
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_store<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        self.variable.with(|store| f(store.and_then(Option::as_ref)))
    }

    /// Returns a clone of the current store, or of the default, or an error if there is neither.
    ///
    /// # Errors
    ///
    /// Returns [`Unbound`], with the storage's name, the caller's location and the likely cause, if
    /// there is neither a store nor a default.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    /// // JavaScript: user.getStore() ?? assert.fail('no user')
    /// assert_eq!(USER.run("ann", || USER.try_get_store()), Ok("ann"));
    /// assert_eq!(USER.try_get_store().unwrap_err().name(), "user");
    /// ```
    #[track_caller]
    #[inline]
    pub fn try_get_store(&self) -> Result<T, Unbound>
    where
        T: Clone,
    {
        self.try_with_store(T::clone)
    }

    /// Calls `f` with a reference to the current store, or to the default, or returns an error if
    /// there is neither.
    ///
    /// # Errors
    ///
    /// Returns [`Unbound`] as [`try_get_store`](Self::try_get_store) does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static PATH: AsyncLocalStorage<String> = AsyncLocalStorage::named("path");
    /// assert_eq!(PATH.run("/users".into(), || PATH.try_with_store(String::len)), Ok(6));
    /// ```
    #[track_caller]
    #[inline]
    pub fn try_with_store<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, Unbound> {
        self.variable.try_with_some(f)
    }

    /// Calls `f` with `store` as the store: `storage.run(store, f)`.
    ///
    /// Afterwards the previous store is current again, also after a panic. A future that `f`
    /// returns does *not* see the store, since it runs later: use [`scope`](Self::scope) for it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::named("id");
    ///
    /// // JavaScript: id.run(1, () => { id.run(2, () => …); id.getStore() })
    /// ID.run(1, || {
    ///     ID.run(2, || assert_eq!(ID.get_store(), Some(2)));
    ///     assert_eq!(ID.get_store(), Some(1));
    /// });
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn run<R>(&self, store: T, f: impl FnOnce() -> R) -> R {
        self.variable.run(Some(store), f)
    }

    /// Returns the future `f` with `store` as its store: `storage.run(store, async () => …)`.
    ///
    /// All other values are those that are current at the first poll of `f`, as with
    /// [`Variable::scope`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = pin!(f);
    /// #     loop { if let Poll::Ready(r) = f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { return r } }
    /// # }
    /// # async fn work() {}
    /// static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::named("id");
    /// # block_on(async {
    ///
    /// // JavaScript: await id.run(1, async () => { await work(); return id.getStore() })
    /// let seen = ID.scope(1, async { work().await; ID.get_store() }).await;
    /// assert_eq!(seen, Some(1));
    /// # });
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn scope<F>(&self, store: T, f: F) -> Scoped<F> {
        self.variable.scope(Some(store), f)
    }

    /// Calls `f` without a store, and without the default: `storage.exit(f)`.
    ///
    /// Work that is started inside has no store either.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::named("id");
    ///
    /// ID.run(1, || {
    ///     // JavaScript: id.exit(() => assert.equal(id.getStore(), undefined))
    ///     ID.exit(|| assert_eq!(ID.get_store(), None));
    ///     assert_eq!(ID.get_store(), Some(1));
    /// });
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn exit<R>(&self, f: impl FnOnce() -> R) -> R {
        self.variable.run(None, f)
    }

    /// Returns the future `f` without a store: `storage.exit(async () => …)`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = pin!(f);
    /// #     loop { if let Poll::Ready(r) = f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { return r } }
    /// # }
    /// static ID: AsyncLocalStorage<u64> = AsyncLocalStorage::named("id");
    ///
    /// // JavaScript: id.run(1, () => id.exit(async () => id.getStore()))
    /// let task = ID.run(1, || ID.exit_scope(async { ID.get_store() }));
    /// assert_eq!(block_on(task), None);
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn exit_scope<F>(&self, f: F) -> Scoped<F> {
        self.variable.scope(None, f)
    }

    /// Makes `store` the store for the rest of the frame: `storage.enterWith(store)`.
    ///
    /// Work that is started from here on sees the store; snapshots captured before do not. The
    /// store ends with the frame. In a scoped future it moves with the future. A loop that calls
    /// this keeps only the newest store.
    ///
    /// Outside every frame the store lasts until the thread ends. In a future that is not scoped,
    /// it therefore stays on the executor's thread, where other futures see it: scope the future,
    /// or preferably use [`run`](Self::run) or [`scope`](Self::scope).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    ///
    /// USER.run("nobody", || {
    ///     // JavaScript: user.enterWith('ann'); user.getStore()
    ///     USER.enter_with("ann");
    ///     assert_eq!(USER.get_store(), Some("ann"));
    /// });
    /// assert_eq!(USER.get_store(), None);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn enter_with(&self, store: T) {
        self.variable.enter(Some(store)).keep();
    }

    /// Removes the store for the rest of the frame: `storage.disable()`.
    ///
    /// Reads return the default until the end of the frame or the next `run` or `enter_with`. Outer
    /// frames, snapshots, and work that was started before keep their stores. A storage needs no
    /// `disable` before it is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    ///
    /// USER.run("ann", || {
    ///     let in_context = AsyncLocalStorage::snapshot();
    ///     // JavaScript: user.disable(); user.getStore()
    ///     USER.disable();
    ///     assert_eq!(USER.get_store(), None);
    ///     in_context.run(|| assert_eq!(USER.get_store(), Some("ann")));
    /// });
    /// ```
    pub fn disable(&self) {
        self.variable.hidden().enter().keep();
    }

    /// Makes `store` the store until the guard is dropped: `using _ = storage.withScope(store)`.
    ///
    /// Guards may be dropped in any order; each ends its own store only. The end of the frame ends
    /// the store too. The guard can't be sent to another thread; in a future that must be `Send`,
    /// use [`with_task_scope`](Self::with_task_scope).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    ///
    /// {
    ///     // JavaScript: using scope = user.withScope('ann')
    ///     let _scope = USER.with_scope("ann");
    ///     assert_eq!(USER.get_store(), Some("ann"));
    /// }
    /// assert_eq!(USER.get_store(), None);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with_scope(&self, store: T) -> Guard {
        self.variable.enter(Some(store))
    }

    /// Makes `store` the store of the running scoped future until the guard is dropped, as
    /// [`with_scope`](Self::with_scope) does, with a guard that moves between threads with the
    /// future.
    ///
    /// # Errors
    ///
    /// Returns [`NotInTask`] if the innermost frame is not the poll or the drop of a scoped future.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::als::AsyncLocalStorage;
    /// # use std::{pin::pin, future::Future, task::{Context, Poll, Waker}};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = pin!(f);
    /// #     loop { if let Poll::Ready(r) = f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { return r } }
    /// # }
    /// # async fn work() {}
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    ///
    /// // JavaScript: async () => { using scope = user.withScope('ann'); await work(); return user.getStore() }
    /// let task = USER.scope("nobody", async {
    ///     let _scope = USER.with_task_scope("ann")?;
    ///     work().await;
    ///     Ok::<_, asynccontext::NotInTask>(USER.get_store())
    /// });
    /// assert_eq!(block_on(task), Ok(Some("ann")));
    /// ```
    pub fn with_task_scope(&self, store: T) -> Result<TaskGuard, NotInTask> {
        self.variable.enter_task(Some(store))
    }
}

/// The static methods, which apply to all storages at once.
impl AsyncLocalStorage<()> {
    /// Returns the closure `f`, called with all current stores: `AsyncLocalStorage.bind(f)`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::als::AsyncLocalStorage;
    ///
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    ///
    /// // JavaScript: const greet = user.run('ann', () => AsyncLocalStorage.bind(word => …))
    /// let greet = |word: &str| format!("{word} {}", USER.get_store().unwrap_or("nobody"));
    /// let greet = USER.run("ann", || AsyncLocalStorage::bind(greet)).into_fn();
    /// assert_eq!(greet("hello"), "hello ann");
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn bind<F, Args, const ARGS: usize>(f: F) -> Wrapped<F, ARGS>
    where
        F: CallOnce<Args>,
        Args: Arguments<ARGS>,
    {
        Snapshot::for_resource("bound-anonymous-fn").wrap(f)
    }

    /// Captures all current stores, to run closures with them: `AsyncLocalStorage.snapshot()`.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::als::AsyncLocalStorage;
    ///
    /// static USER: AsyncLocalStorage<&str> = AsyncLocalStorage::named("user");
    ///
    /// // JavaScript: const inContext = user.run('ann', () => AsyncLocalStorage.snapshot())
    /// let in_context = USER.run("ann", || AsyncLocalStorage::snapshot());
    /// // JavaScript: inContext(() => user.getStore())
    /// assert_eq!(in_context.run(|| USER.get_store()), Some("ann"));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn snapshot() -> Snapshot {
        Snapshot::capture()
    }
}

impl<T: Send + Sync + 'static> Default for AsyncLocalStorage<T> {
    fn default() -> AsyncLocalStorage<T> {
        AsyncLocalStorage::new()
    }
}

impl<T: Send + Sync + 'static> fmt::Debug for AsyncLocalStorage<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AsyncLocalStorage").field("name", &self.name()).finish_non_exhaustive()
    }
}
