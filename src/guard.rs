//! The public guards: bindings that last until a value is dropped.

use std::fmt;
use std::marker::PhantomData;

use crate::mapping::Entered;

/// A binding made by [`Variable::enter`](crate::Variable::enter), in force until this is
/// dropped.
///
/// Not `Send`. It keeps nothing alive: the scope that it was entered in does. Forgotten,
/// it leaves the binding in force until that scope ends.
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

    /// Leaves the binding in force until the scope ends that it was entered in.
    ///
    /// `mem::forget` would do so too, but what is forgotten piles up until then. Of the
    /// bindings of one variable that are kept in one scope only the newest can ever show,
    /// and only that one is kept: a loop that keeps stays flat.
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
    ///
    /// That scope is the innermost `run` or poll at the call of `enter`. Where there was
    /// none, it is the thread.
    pub fn keep(self) {
        self.entered.keep();
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// A binding made by [`Variable::enter_task`](crate::Variable::enter_task), in force until
/// this is dropped.
///
/// It belongs to the future that it was entered in and travels with it. Dropped
/// anywhere else, on another thread or in another task, it does nothing, and the
/// binding lasts as long as its future.
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
