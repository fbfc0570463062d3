//! The public guards, whose bindings last until the guard is dropped.

use std::fmt;
use std::marker::PhantomData;

use crate::mapping::Entered;

/// A guard for a binding made by [`Variable::enter`](crate::Variable::enter), which lasts until the
/// guard is dropped.
///
/// A `Guard` is not `Send`. The scope in which it was entered, not the guard, keeps the value
/// alive. If the guard is forgotten, the binding lasts until that scope ends.
///
/// # Examples
///
/// ```
/// use asynccontext::{Guard, Variable};
///
/// static STEP: Variable<u8> = Variable::named("step");
///
/// struct Phase(Guard);
/// let phase = Phase(STEP.enter(1));
/// assert_eq!(STEP.get(), Some(1));
/// drop(phase);
/// assert_eq!(STEP.get(), None);
/// ```
#[must_use = "the binding ends when the guard is dropped"]
pub struct Guard {
    entered: Entered,
    not_send: PhantomData<*mut ()>,
}

impl Guard {
    pub(crate) fn new(entered: Entered) -> Guard {
        Guard { entered, not_send: PhantomData }
    }

    /// Keeps the binding until the scope in which it was entered ends.
    ///
    /// `mem::forget` would do so too, but forgotten bindings accumulate until then. Of the bindings
    /// of one variable that are kept in one scope, only the newest can be read, and only that one
    /// is stored: a loop that keeps its bindings uses constant memory.
    ///
    /// That scope is the innermost `run` or poll at the call of `enter`, or the thread if there was
    /// none.
    ///
    /// # Examples
    ///
    /// ```
    /// use asynccontext::Variable;
    ///
    /// static STEP: Variable<&str> = Variable::named("step");
    /// STEP.run("start", || {
    ///     for step in ["parse", "check", "store"] {
    ///         STEP.enter(step).keep();
    ///     }
    ///     assert_eq!(STEP.get(), Some("store"));
    /// });
    /// assert_eq!(STEP.get(), None);
    /// ```
    pub fn keep(self) {
        self.entered.keep();
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// A guard for a binding made by [`Variable::enter_task`](crate::Variable::enter_task), which lasts
/// until the guard is dropped.
///
/// The binding belongs to the future in which it was entered and moves with it. A guard that is
/// dropped elsewhere, on another thread or in another task, does nothing, and the binding lasts as
/// long as its future.
///
/// # Examples
///
/// ```
/// use asynccontext::{Propagate, TaskGuard, Variable};
/// # fn block_on<F: Future>(f: F) -> F::Output {
/// #     let mut f = std::pin::pin!(f);
/// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
/// #     loop { if let std::task::Poll::Ready(r) = f.as_mut().poll(&mut context) { return r } }
/// # }
///
/// static STEP: Variable<u8> = Variable::named("step");
///
/// fn send<T: Send>(job: T) -> T { job }
/// let job = send(async {
///     let guard: Option<TaskGuard> = STEP.enter_task(1).ok();
///     std::future::ready(()).await;
///     assert_eq!((guard.is_some(), STEP.get()), (true, Some(1)));
/// });
/// block_on(job.in_current_snapshot());
/// ```
#[must_use = "the binding ends when the guard is dropped"]
pub struct TaskGuard {
    _entered: Entered,
}

impl TaskGuard {
    pub(crate) fn new(entered: Entered) -> TaskGuard {
        TaskGuard { _entered: entered }
    }
}

impl fmt::Debug for TaskGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TaskGuard")
    }
}
