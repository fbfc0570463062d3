//! `Hidden`, a variable without its value for a part of the program.

use std::fmt;

use crate::error::NotInTask;
use crate::guard::{Guard, TaskGuard};
use crate::mapping::{self, Scoped};
use crate::variable::Variable;

/// A [`Variable`] without its value, for a closure, for a future, or until a guard is dropped.
///
/// Returned by [`Variable::hidden`]. Where the variable is hidden, reads return its default, if
/// there is one. Snapshots captured there hold no value of it and keep none alive. The variable can
/// be bound again there.
///
/// # Examples
///
/// ```
/// use asynccontext::Variable;
///
/// static TRANSACTION: Variable<u32> = Variable::named("transaction");
///
/// TRANSACTION.run(7, || {
///     assert_eq!(TRANSACTION.hidden().run(|| TRANSACTION.get()), None);
///     assert_eq!(TRANSACTION.get(), Some(7));
/// });
/// ```
#[must_use = "does nothing by itself: call `run`, `scope` or `enter`"]
pub struct Hidden<'a, T: Send + Sync + 'static>(&'a Variable<T>);

impl<T: Send + Sync + 'static> Variable<T> {
    /// Returns this variable as a hidden one, to run code without its value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let seen = TENANT.run("blue", || TENANT.hidden().run(|| TENANT.get()));
    /// assert_eq!(seen, None);
    /// ```
    pub const fn hidden(&self) -> Hidden<'_, T> {
        Hidden(self)
    }
}

impl<T: Send + Sync + 'static> Hidden<'_, T> {
    /// Calls `f` without the variable's value.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant").with_default("nobody");
    /// let tenant = TENANT.run("blue", || TENANT.hidden().run(|| TENANT.get()));
    /// assert_eq!(tenant, Some("nobody"));
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn run<R>(self, f: impl FnOnce() -> R) -> R {
        mapping::run_without(&self.0.key, f)
    }

    /// Returns the future or iterator `f` without the variable's value. It starts at its first poll
    /// or step, as with [`Variable::scope`].
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
    /// let task = TENANT.scope("blue", TENANT.hidden().scope(async { TENANT.get() }));
    /// assert_eq!(block_on(task), None);
    /// ```
    #[cfg_attr(debug_assertions, track_caller)]
    pub fn scope<F>(self, f: F) -> Scoped<F> {
        Scoped::without(&self.0.key, f)
    }

    /// Hides the variable's value until the guard is dropped or the running scope ends, as in
    /// [`Variable::enter`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::Variable;
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// TENANT.run("blue", || {
    ///     let hides = TENANT.hidden().enter();
    ///     assert_eq!(TENANT.get(), None);
    ///     drop(hides);
    ///     assert_eq!(TENANT.get(), Some("blue"));
    /// });
    /// ```
    pub fn enter(self) -> Guard {
        Guard::new(mapping::enter_without(&self.0.key))
    }

    /// Hides the variable's value for the running task until the guard is dropped or the task ends,
    /// as in [`Variable::enter_task`].
    ///
    /// # Errors
    ///
    /// Returns [`NotInTask`] where [`Variable::enter_task`] does.
    ///
    /// # Examples
    ///
    /// ```
    /// # use asynccontext::{NotInTask, Variable};
    /// # fn block_on<F: Future>(f: F) -> F::Output {
    /// #     let mut f = std::pin::pin!(f);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
    /// # }
    /// static TENANT: Variable<&str> = Variable::named("tenant");
    /// let task = TENANT.scope("blue", async {
    ///     let _hides = TENANT.hidden().enter_task()?;
    ///     std::future::ready(()).await; // here the task may move to another thread
    ///     Ok::<_, NotInTask>(TENANT.get())
    /// });
    /// assert_eq!(block_on(task), Ok(None));
    /// ```
    pub fn enter_task(self) -> Result<TaskGuard, NotInTask> {
        if !mapping::in_task() {
            return Err(NotInTask);
        }
        Ok(TaskGuard::new(mapping::enter_without(&self.0.key)))
    }
}

impl<T: Send + Sync + 'static> Clone for Hidden<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Hidden<'_, T> {}

impl<T: Send + Sync + 'static> fmt::Debug for Hidden<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hidden").field(&self.0.name()).finish()
    }
}
