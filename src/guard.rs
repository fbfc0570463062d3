//! The public guards: bindings that last until a value is dropped.

use std::fmt;
use std::marker::PhantomData;

use crate::mapping::Entered;

/// A binding made by [`Variable::enter`](crate::Variable::enter), in force until
/// this is dropped.
#[must_use = "the binding ends when the guard is dropped"]
pub struct Guard {
    _entered: Entered,
    not_send: PhantomData<*mut ()>,
}

impl Guard {
    pub(crate) fn new(entered: Entered) -> Guard {
        Guard { _entered: entered, not_send: PhantomData }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guard")
    }
}

/// A binding made by [`Variable::enter_task`](crate::Variable::enter_task), in
/// force until this is dropped.
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
