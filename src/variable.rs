//! `Variable`, a context variable (`sec-asynccontext-variable-objects`).

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::panic::Location;

use crate::error::{NotInTask, Unbound};
use crate::guard::{Guard, TaskGuard};
use crate::lost;
use crate::mapping::{self, CallSite, Key, Scoped};

/// A variable with a value of its own in each flow of control.
///
/// The constructors are `const`, so a `static` needs no macro and no lazy cell. A variable may also
/// be created at run time and dropped while snapshots hold values of it; its identity is never
/// reused. Two variables of the same type are independent.
///
/// Values must be `Send + Sync`, since snapshots carry them to other threads. They
/// need not be `Clone` or `Debug`.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
///
/// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
///
/// assert_eq!(REQUEST_ID.get(), None);
/// REQUEST_ID.run(7, || {
///     assert_eq!(REQUEST_ID.get(), Some(7));
///     REQUEST_ID.run(8, || assert_eq!(REQUEST_ID.get(), Some(8)));
///     assert_eq!(REQUEST_ID.get(), Some(7));
/// });
/// assert_eq!(REQUEST_ID.get(), None);
/// ```
pub struct Variable<T: Send + Sync + 'static> {
    pub(crate) key: Key<T>,
    pub(crate) default: Option<T>,
}

impl<T: Send + Sync + 'static> Variable<T> {
    /// Creates a variable without a name and without a default (`sec-asynccontext-variable`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// let local: Variable<u8> = Variable::new();
    /// assert_eq!(local.run(1, || local.get()), Some(1));
    /// ```
    pub const fn new() -> Variable<T> {
        Variable::named("")
    }

    /// Creates a variable with a name, which errors and the `Debug` output of a
    /// [`Snapshot`](crate::Snapshot) show.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
    /// assert_eq!(REQUEST_ID.name(), "request-id");
    /// ```
    pub const fn named(name: &'static str) -> Variable<T> {
        Variable { key: Key::new(Cow::Borrowed(name)), default: None }
    }

    /// Returns the variable with a default, which reads return where nothing is bound.
    ///
    /// # Panics
    ///
    /// Panics if the variable already has a default. In a `static` this is a compile-time error.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static LEVEL: Variable<u8> = Variable::named("level").with_default(3);
    /// assert_eq!(LEVEL.get(), Some(3));
    /// ```
    pub const fn with_default(mut self, value: T) -> Variable<T> {
        assert!(self.default.is_none(), "the variable already has a default");
        // the forgotten value is `None`; a `const fn` may not drop it
        mem::forget(self.default.replace(value));
        self
    }

    /// Returns the variable as an uninherited one: *detached* work starts without its value.
    ///
    /// Detached work may outlive the call that starts it: a thread from
    /// [`thread::spawn`](crate::thread::spawn), a task or blocking closure of tokio, a `spawn` on a
    /// pool of rayon, and a [`Carried`](crate::Carried) message. Work that the call waits for keeps
    /// the value: [`thread::scope`](crate::thread::scope), `block_in_place`, rayon's `join`,
    /// `scope` and parallel iterators. So does a snapshot that is captured by hand, with
    /// [`Snapshot`](crate::Snapshot) or [`Propagate`](crate::Propagate). Code that starts detached
    /// work by other means uses [`Snapshot::inherit`](crate::Snapshot::inherit).
    ///
    /// Examples are an open transaction, a held lock, and a list of actions to run after a commit.
    /// A task that writes through a transaction after its end loses the write, and a task that
    /// holds a transaction keeps its connection from returning to the pool.
    ///
    /// In detached work the variable is unbound: a read returns the default, if there is one. The
    /// work does not keep the value alive.
    ///
    /// # Panics
    ///
    /// Panics if a value was ever bound to the variable.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::{Variable, thread};
    /// # #[derive(Clone)]
    /// # struct Transaction;
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static TRANSACTION: Variable<Transaction> = Variable::named("transaction").uninherited();
    ///
    /// /// Writes in the open transaction if there is one.
    /// fn insert(row: &str) -> String {
    ///     let how = match TRANSACTION.get() {
    ///         Some(transaction) => "in the transaction",
    ///         None => "on its own",
    ///     };
    ///     format!("{row} of {} {how}", TENANT.get().unwrap_or("nobody"))
    /// }
    ///
    /// TENANT.run("blue", || {
    ///     let audit = TRANSACTION.run(Transaction, || {
    ///         assert_eq!(insert("order"), "order of blue in the transaction");
    ///         thread::scope(|scope| {
    ///             let item = scope.spawn(|| insert("item")); // ends before the transaction does
    ///             assert_eq!(item.join().unwrap(), "item of blue in the transaction");
    ///         });
    ///         thread::spawn(|| insert("audit")) // may end after the commit
    ///     });
    ///     assert_eq!(audit.join().unwrap(), "audit of blue on its own");
    /// });
    /// ```
    #[must_use = "returns the uninherited variable"]
    pub const fn uninherited(mut self) -> Variable<T> {
        self.key.make_uninherited();
        self
    }

    /// Creates a variable with the same default and a name made at run time.
    ///
    /// The result is a new variable: values bound to the old one are not bound to it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// let shard: Variable<u8> = Variable::new().with_name(format!("shard-{}", 7));
    /// assert_eq!(shard.name(), "shard-7");
    /// ```
    pub fn with_name(self, name: impl Into<Cow<'static, str>>) -> Variable<T> {
        Variable { key: self.key.renamed(name.into()), default: self.default }
    }

    /// Returns the variable's name, or `""` if it has none
    /// (`sec-asynccontext-variable.prototype.name`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// assert_eq!(Variable::<u8>::new().name(), "");
    /// ```
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// Returns a clone of the current value, or of the default
    /// (`sec-asynccontext-variable.prototype.get`).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
    /// assert_eq!(REQUEST_ID.get(), None);
    /// assert_eq!(REQUEST_ID.run(7, || REQUEST_ID.get()), Some(7));
    /// ```
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        self.with(|value| value.cloned())
    }

    /// Calls `f` with a reference to the current value, or to the default.
    ///
    /// `f` may bind, capture and enter contexts freely. It may even end the binding that it reads:
    /// the value lives until `f` returns.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// struct Connection { host: String } // not `Clone`
    /// static DATABASE: Variable<Connection> = Variable::named("database");
    ///
    /// DATABASE.run(Connection { host: "db1".into() }, || {
    ///     let length = DATABASE.with(|connection| connection.map(|c| c.host.len()));
    ///     assert_eq!(length, Some(3));
    /// });
    /// ```
    #[inline(always)]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn with<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        let site = CallSite::here();
        self.read(site, |value| {
            if value.is_none() {
                lost::missed(&self.key, site);
            }
            f(value)
        })
    }

    /// Reads the current value, or the default. The caller reports a missing value.
    #[inline(always)]
    fn read<R>(&self, site: CallSite, f: impl FnOnce(Option<&T>) -> R) -> R {
        mapping::with(&self.key, |value| {
            if value.is_none() && self.default.is_some() {
                lost::defaulted(&self.key, site);
            }
            f(value.or(self.default.as_ref()))
        })
    }

    /// Returns a clone of the current value, or of the default, or an error if there is neither.
    ///
    /// # Errors
    ///
    /// Returns [`Unbound`], with the variable's name, the caller's location and the likely cause,
    /// if the variable has neither a value nor a default.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{Unbound, Variable};
    /// static TENANT: Variable<String> = Variable::named("tenant");
    ///
    /// fn table() -> Result<String, Unbound> {
    ///     Ok(format!("orders_{}", TENANT.try_get()?))
    /// }
    /// assert_eq!(TENANT.run("blue".into(), table).as_deref(), Ok("orders_blue"));
    /// assert_eq!(table().unwrap_err().name(), "tenant");
    /// ```
    #[track_caller]
    #[inline]
    pub fn try_get(&self) -> Result<T, Unbound>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }

    /// Calls `f` with a reference to the current value, or to the default, or returns an error if
    /// there is neither.
    ///
    /// # Errors
    ///
    /// Returns [`Unbound`], with the variable's name, the caller's location and the likely cause,
    /// if the variable has neither a value nor a default.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// let length = || TENANT.try_with(|tenant| tenant.len());
    /// assert_eq!(TENANT.run("blue".into(), length), Ok(4));
    /// assert!(length().is_err());
    /// ```
    #[track_caller]
    #[inline]
    pub fn try_with<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, Unbound> {
        let location = Location::caller();
        self.read(CallSite::here(), |value| match value {
            Some(value) => Ok(f(value)),
            None => Err(lost::unbound(&self.key, location)),
        })
    }

    /// Calls `f` with `value` bound (`sec-asynccontext-variable.prototype.run`).
    ///
    /// When `f` returns or panics, the previous value is current again. Then `value` is dropped,
    /// unless a snapshot holds it.
    ///
    /// # Futures
    ///
    /// A closure that *returns* a future does not run it. The future is polled after `run` has
    /// ended, outside the binding. For futures, use [`scope`](Self::scope).
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    ///
    /// let lost = TENANT.run("blue", || async { TENANT.get() });
    /// assert_eq!(block_on(lost), None);
    ///
    /// let kept = TENANT.scope("blue", async { TENANT.get() });
    /// assert_eq!(block_on(kept), Some("blue"));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn run<R>(&self, value: T, f: impl FnOnce() -> R) -> R {
        mapping::run(&self.key, value, f)
    }

    /// Returns the future or iterator `f` with `value` bound at every step and when it is dropped.
    ///
    /// Rust's futures are lazy, so `f` starts at its first poll or step. There `value` is bound on
    /// top of the current mapping, and `f` keeps the result from then on, wherever it is driven. So
    /// scopes nest in any order of creation.
    ///
    /// As for a bare future, the values current at the call have no effect. To keep them, tie the
    /// future to them with [`in_current_snapshot`](crate::Propagate::in_current_snapshot); this
    /// crate's spawn functions do so themselves. A tied future stays tied inside any scope.
    ///
    /// If the result is dropped before it has started, `f` is dropped with the values current at
    /// the drop, and with `value` bound.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static USER: Variable<&str> = Variable::named("user");
    ///
    /// let both = TENANT.scope("blue", USER.scope("ann", async { (TENANT.get(), USER.get()) }));
    /// assert_eq!(block_on(both), (Some("blue"), Some("ann")));
    /// ```
    ///
    /// The values current at the call, with and without tying:
    ///
    /// ```
    /// # use asynccontext::{Propagate, Variable};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// # static TENANT: Variable<&str> = Variable::named("tenant");
    /// # static USER: Variable<&str> = Variable::named("user");
    /// let read = async || (TENANT.get(), USER.get());
    ///
    /// let late = TENANT.run("blue", || USER.scope("ann", read())); // starts below
    /// assert_eq!(block_on(late), (None, Some("ann")));
    ///
    /// let tied = TENANT.run("blue", || USER.scope("ann", read()).in_current_snapshot());
    /// assert_eq!(block_on(tied), (Some("blue"), Some("ann")));
    ///
    /// let tied = TENANT.run("blue", || read().in_current_snapshot());
    /// assert_eq!(block_on(USER.scope("ann", tied)), (Some("blue"), None));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn scope<F>(&self, value: T, f: F) -> Scoped<F> {
        Scoped::with(&self.key, value, f)
    }

    /// Binds `value` until the guard is dropped or the running scope ends.
    ///
    /// The scope is the innermost running `run`, snapshot or poll of a [`Scoped`] future, or the
    /// thread if there is none. The guard can't leave its thread; in a task that may move between
    /// threads, use [`enter_task`](Self::enter_task). Guards may be dropped in any order: each
    /// removes its own binding. The [limitations](crate::docs::limitations) describe what happens
    /// to a guard that is dropped outside its scope.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static STEP: Variable<u8> = Variable::named("step");
    ///
    /// let first = STEP.enter(1);
    /// let second = STEP.enter(2);
    /// assert_eq!(STEP.get(), Some(2));
    /// drop(first);
    /// assert_eq!(STEP.get(), Some(2));
    /// drop(second);
    /// assert_eq!(STEP.get(), None);
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn enter(&self, value: T) -> Guard {
        Guard::new(mapping::enter(&self.key, value))
    }

    /// Binds `value` for the running task until the guard is dropped or the task ends.
    ///
    /// The task is a [`Scoped`] future. At an `await` the binding leaves the thread with the task,
    /// and returns with it on whichever thread polls it next. The guard is therefore `Send`.
    ///
    /// # Errors
    ///
    /// Returns [`NotInTask`] and drops `value` if the innermost scope is not the poll or the drop
    /// of a [`Scoped`] future.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{NotInTask, Propagate, Variable};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static STEP: Variable<u8> = Variable::named("step");
    ///
    /// async fn job() -> Result<(), NotInTask> {
    ///     let step = STEP.enter_task(1)?;
    ///     std::future::ready(()).await; // here the task may move to another thread
    ///     assert_eq!(STEP.get(), Some(1));
    ///     drop(step);
    ///     assert_eq!(STEP.get(), None);
    ///     Ok(())
    /// }
    /// block_on(job().in_current_snapshot()).unwrap();
    /// assert_eq!(block_on(job()), Err(NotInTask));
    /// ```
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn enter_task(&self, value: T) -> Result<TaskGuard, NotInTask> {
        if !mapping::in_task() {
            return Err(NotInTask);
        }
        Ok(TaskGuard::new(mapping::enter(&self.key, value)))
    }
}

impl<T: Send + Sync + 'static> Variable<Option<T>> {
    /// As [`try_with`](Self::try_with), but treats a bound `None` as no value.
    #[track_caller]
    #[inline]
    pub(crate) fn try_with_some<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, Unbound> {
        let location = Location::caller();
        self.read(CallSite::here(), |value| match value {
            Some(Some(value)) => Ok(f(value)),
            Some(None) | None => Err(lost::unbound(&self.key, location)),
        })
    }
}

impl<T: Send + Sync + 'static> Default for Variable<T> {
    fn default() -> Variable<T> {
        Variable::new()
    }
}

impl<T: Send + Sync + 'static> fmt::Debug for Variable<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable").field("name", &self.name()).finish_non_exhaustive()
    }
}
