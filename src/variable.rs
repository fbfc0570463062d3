//! `Variable`: a value for each flow of control (`sec-asynccontext-variable-objects`).

use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::panic::Location;

use crate::error::{NotInTask, Unbound};
use crate::guard::{Guard, TaskGuard};
use crate::mapping::{self, Key, Scoped};

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
    key: Key<T>,
    default: Option<T>,
}

impl<T: Send + Sync + 'static> Variable<T> {
    /// A variable without a name and without a default (`sec-asynccontext-variable`).
    pub const fn new() -> Variable<T> {
        Variable::named("")
    }

    /// A variable with a name, which errors and `Debug` of a snapshot print.
    pub const fn named(name: &'static str) -> Variable<T> {
        Variable { key: Key::new(Cow::Borrowed(name)), default: None }
    }

    /// The same variable with a default: what reads see where nothing is bound.
    ///
    /// # Panics
    ///
    /// If the variable has a default already. In a `static` that is an error of the
    /// compiler.
    pub const fn with_default(mut self, value: T) -> Variable<T> {
        assert!(self.default.is_none(), "the variable has a default already");
        // what is forgotten is `None`; a `const fn` may not drop it
        mem::forget(self.default.replace(value));
        self
    }

    /// The same variable with a name made at run time.
    pub fn with_name(self, name: impl Into<Cow<'static, str>>) -> Variable<T> {
        Variable { key: Key::new(name.into()), default: self.default }
    }

    /// The name, or `""` (`sec-asynccontext-variable.prototype.name`).
    pub fn name(&self) -> &str {
        self.key.name()
    }

    /// A clone of the current value, or of the default.
    #[inline]
    pub fn get(&self) -> Option<T>
    where
        T: Clone,
    {
        self.with(|value| value.cloned())
    }

    /// Hands the current value, or the default, to `f`.
    #[inline]
    pub fn with<R>(&self, f: impl FnOnce(Option<&T>) -> R) -> R {
        mapping::with(&self.key, |value| f(value.or(self.default.as_ref())))
    }

    /// As [`get`](Self::get), with an error that names the variable and the caller.
    #[track_caller]
    #[inline]
    pub fn try_get(&self) -> Result<T, Unbound>
    where
        T: Clone,
    {
        self.try_with(T::clone)
    }

    /// As [`with`](Self::with), with an error that names the variable and the caller.
    #[track_caller]
    #[inline]
    pub fn try_with<R>(&self, f: impl FnOnce(&T) -> R) -> Result<R, Unbound> {
        let location = Location::caller();
        self.with(|value| match value {
            Some(value) => Ok(f(value)),
            None => Err(Unbound::new(self.key.name().clone(), location)),
        })
    }

    /// Calls `f` with `value` bound (`sec-asynccontext-variable.prototype.run`).
    #[inline]
    pub fn run<R>(&self, value: T, f: impl FnOnce() -> R) -> R {
        mapping::run(&self.key, value, f)
    }

    /// The future `f` with `value` bound, over the mapping that is current now.
    #[inline]
    pub fn scope<F>(&self, value: T, f: F) -> Scoped<F> {
        Scoped::new(self.run(value, mapping::capture), f)
    }

    /// Binds `value` until the guard is dropped or the running scope ends.
    #[inline]
    pub fn enter(&self, value: T) -> Guard {
        Guard::new(mapping::enter(&self.key, value))
    }

    /// Binds `value` for the running task until the guard is dropped or the task ends.
    #[inline]
    pub fn enter_task(&self, value: T) -> Result<TaskGuard, NotInTask> {
        if !mapping::in_task() {
            return Err(NotInTask);
        }
        Ok(TaskGuard::new(mapping::enter(&self.key, value)))
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
