//! The errors: a variable without a value, and a guard without a task.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::panic::Location;

/// A variable was read where it has neither a value nor a default.
///
/// Made by [`Variable::try_get`](crate::Variable::try_get) and
/// [`Variable::try_with`](crate::Variable::try_with). How a value gets lost, and what to do
/// about it: [`docs::where_did_my_context_go`](crate::docs::where_did_my_context_go).
///
/// ```
/// use asynccontext::Variable;
///
/// static TENANT: Variable<String> = Variable::named("tenant");
/// let error = TENANT.try_get().unwrap_err();
/// assert_eq!(error.name(), "tenant");
/// assert!(error.to_string().contains("variable \"tenant\" has no value here"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound {
    name: Cow<'static, str>,
    location: &'static Location<'static>,
}

impl Unbound {
    pub(crate) fn new(name: Cow<'static, str>, location: &'static Location<'static>) -> Unbound {
        Unbound { name, location }
    }

    /// The variable's name; empty if it has none.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The place that read the variable.
    pub fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

impl fmt::Display for Unbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            f.write_str("an unnamed variable")?;
        } else {
            write!(f, "variable {:?}", self.name)?;
        }
        write!(
            f,
            " has no value here (read at {}): bind one with `run` or `scope` around this \
             place, carry the context here with `in_current_snapshot`, or give the variable \
             a default",
            self.location
        )
    }
}

impl Error for Unbound {}

/// A guard that travels with its task was asked for outside a task.
///
/// Made by [`Variable::enter_task`](crate::Variable::enter_task) where the
/// innermost scope is not the poll of a [`Scoped`](crate::Scoped) future.
///
/// ```
/// use asynccontext::{NotInTask, Variable};
///
/// static TENANT: Variable<&str> = Variable::named("tenant");
/// assert_eq!(TENANT.enter_task("blue").unwrap_err(), NotInTask);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotInTask;

impl fmt::Display for NotInTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "not directly inside a scoped future: wrap the future with `scope` or \
             `in_current_snapshot`, and enter outside of any `run` within it",
        )
    }
}

impl Error for NotInTask {}
