//! `Variable`: a value for each flow of control (`sec-asynccontext-variable-objects`).

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::panic::Location;

use crate::error::{NotInTask, Unbound};
use crate::guard::{Guard, TaskGuard};
use crate::lost;
use crate::mapping::{self, Key, Place, Scoped};

/// A variable whose value belongs to a flow of control.
///
/// A constructor is `const`, so a `static` needs no macro and no lazy cell. Made at
/// run time it works as well: it may be dropped while snapshots hold values of it,
/// and is never confused with a later one. Two variables of one type are two
/// variables.
///
/// Values must be `Send + Sync`, since snapshots carry them to other threads. They
/// need not be `Clone` or `Debug`.
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
    /// A variable without a name and without a default (`sec-asynccontext-variable`).
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// let local: Variable<u8> = Variable::new();
    /// assert_eq!(local.run(1, || local.get()), Some(1));
    /// ```
    pub const fn new() -> Variable<T> {
        Variable::named("")
    }

    /// A variable with a name, which errors and `Debug` of a [`Snapshot`](crate::Snapshot)
    /// print.
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static REQUEST_ID: Variable<u64> = Variable::named("request-id");
    /// assert_eq!(REQUEST_ID.name(), "request-id");
    /// ```
    pub const fn named(name: &'static str) -> Variable<T> {
        Variable { key: Key::new(Cow::Borrowed(name)), default: None }
    }

    /// The same variable with a default: what reads see where nothing is bound.
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static LEVEL: Variable<u8> = Variable::named("level").with_default(3);
    /// assert_eq!(LEVEL.get(), Some(3));
    /// ```
    ///
    /// # Panics
    ///
    /// If the variable has a default already. In a `static` that is a compile error.
    pub const fn with_default(mut self, value: T) -> Variable<T> {
        assert!(self.default.is_none(), "the variable has a default already");
        // what is forgotten is `None`; a `const fn` may not drop it
        mem::forget(self.default.replace(value));
        self
    }

    /// The same variable, whose value stays with the work it was bound for: *detached* work
    /// starts without it.
    ///
    /// Detached is what may outlive the call that started it: what
    /// [`thread::spawn`](crate::thread::spawn) starts, tokio's tasks and blocking closures,
    /// `spawn` on rayon's pools, and a [`Carried`](crate::Carried) message. Work that the
    /// call waits for takes everything along: [`thread::scope`](crate::thread::scope),
    /// `block_in_place`, rayon's `join`, `scope` and parallel iterators. So does what is
    /// taken along by hand: a [`Snapshot`](crate::Snapshot), [`Propagate`](crate::Propagate).
    /// For detached work of your own there is [`Snapshot::inherit`](crate::Snapshot::inherit).
    ///
    /// Uninherited are an open transaction, a lock that is held, a list of what to do after
    /// the commit. A task that writes through a transaction after its end loses what it
    /// writes; one that holds it keeps its connection from the pool.
    ///
    /// In detached work the variable is unbound, so a read sees the default, if there is
    /// one; and the value is not kept alive by it.
    ///
    /// ```
    /// use asynccontext::{Variable, thread};
    /// # #[derive(Clone)]
    /// # struct Transaction;
    ///
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// static TRANSACTION: Variable<Transaction> = Variable::named("transaction").uninherited();
    ///
    /// /// Writes in the open transaction, or else in one of its own.
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
    ///
    /// # Panics
    ///
    /// If a value was ever bound to the variable.
    #[must_use = "gives the uninherited variable"]
    pub const fn uninherited(mut self) -> Variable<T> {
        self.key.make_uninherited();
        self
    }

    /// A variable with the same default and a name made at run time.
    ///
    /// It is a new variable: what was bound to the old one is not bound to it.
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// let shard: Variable<u8> = Variable::new().with_name(format!("shard-{}", 7));
    /// assert_eq!(shard.name(), "shard-7");
    /// ```
    pub fn with_name(self, name: impl Into<Cow<'static, str>>) -> Variable<T> {
        Variable { key: self.key.renamed(name.into()), default: self.default }
    }

    /// The name, or `""` (`sec-asynccontext-variable.prototype.name`).
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// assert_eq!(Variable::<u8>::new().name(), "");
    /// ```
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// A clone of the current value, or of the default
    /// (`sec-asynccontext-variable.prototype.get`).
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

    /// Lends the current value, or the default, to `f`. Nothing is cloned.
    ///
    /// `f` may do whatever it likes with contexts, also end the binding that it reads:
    /// the value lives until `f` is done.
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
        let place = Place::here();
        self.read(|value| {
            if value.is_none() {
                lost::missed(&self.key, place);
            }
            f(value)
        })
    }

    /// The current value, or the default. What is missing is reported by the caller.
    #[inline(always)]
    fn read<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        mapping::with(&self.key, |value| f(value.or(self.default.as_ref())))
    }

    /// As [`get`](Self::get), for a value that must be there.
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
    ///
    /// # Errors
    ///
    /// [`Unbound`], with the variable's name, the caller's place and the likely cause,
    /// where there is neither a value nor a default.
    #[track_caller]
    #[inline]
    pub fn try_get(&self) -> Result<T, Unbound>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }

    /// As [`with`](Self::with), for a value that must be there.
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<String> = Variable::named("tenant");
    /// let length = || TENANT.try_with(|tenant| tenant.len());
    /// assert_eq!(TENANT.run("blue".into(), length), Ok(4));
    /// assert!(length().is_err());
    /// ```
    ///
    /// # Errors
    ///
    /// [`Unbound`], with the variable's name, the caller's place and the likely cause,
    /// where there is neither a value nor a default.
    #[track_caller]
    #[inline]
    pub fn try_with<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, Unbound> {
        let location = Location::caller();
        self.read(|value| match value {
            Some(value) => Ok(f(value)),
            None => Err(lost::unbound(&self.key, location)),
        })
    }

    /// Calls `f` with `value` bound (`sec-asynccontext-variable.prototype.run`).
    ///
    /// Afterwards what was there before is back, also if `f` panics. Then `value` is
    /// dropped, unless a snapshot keeps it.
    ///
    /// # A trap
    ///
    /// A closure that *returns* a future does not run it. The future is polled after
    /// `run` has ended, outside the binding. For futures there is [`scope`](Self::scope):
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

    /// The future or iterator `f` with `value` bound, at every step and when it is dropped.
    ///
    /// Rust's futures are lazy, so `f` starts where it is first driven: at the first poll, or
    /// step. There the binding comes over what is current, and from then on `f` keeps that,
    /// wherever it is driven. So scopes nest, whichever is made first:
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
    /// What is current at the call counts as little as for a bare future. To keep it, tie the
    /// future there, with [`in_current_snapshot`](crate::Propagate::in_current_snapshot); this
    /// crate's spawns do that themselves. What is tied stays tied, in any scope:
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
    ///
    /// Dropped before it has started, `f` is dropped in what is current at the drop, with
    /// `value` bound.
    #[inline]
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn scope<F>(&self, value: T, f: F) -> Scoped<F> {
        Scoped::with(&self.key, value, f)
    }

    /// Binds `value` until the guard is dropped or the running scope ends.
    ///
    /// The scope is the innermost `run`, snapshot or poll of a [`Scoped`] future that
    /// is running, else the thread. The guard can't leave its thread; inside a task
    /// that may move there is [`enter_task`](Self::enter_task). Guards may be dropped in
    /// any order: each removes its own binding. What happens to one that is dropped
    /// outside its scope is in the [limitations](crate::docs::limitations).
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
    /// The task is a [`Scoped`] future. At an `await` the binding leaves the thread with
    /// it, and comes back with it on whichever thread polls it next, so the guard is
    /// `Send`.
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
    ///
    /// # Errors
    ///
    /// [`NotInTask`] where the innermost scope is not the poll or the drop of a
    /// [`Scoped`] future. `value` is dropped.
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
    /// As [`try_with`](Self::try_with), where `None` is no value either.
    #[track_caller]
    #[inline]
    pub(crate) fn try_with_some<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, Unbound> {
        let location = Location::caller();
        self.read(|value| match value {
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
