//! What can be wrong with a program's run.

use std::fmt;

use crate::model::Id;

/// The first thing that went wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// After which step.
    pub(crate) at: String,
    pub(crate) what: String,
}

/// What went wrong, in a word: a program that is made smaller must fail in the same way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A variable reads a wrong value.
    Read,
    /// A value that can be reached has been dropped.
    Gone,
    /// A value lives that nothing holds.
    Leak,
    /// A value was dropped more than once.
    Twice,
    /// A panic that no program planned.
    Panic,
    /// A call returned what it must not.
    Answer,
}

/// A value that lives though nothing holds it, or the reverse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum WrongLife {
    Gone(Id),
    Leaked(Id),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.as_str() {
            "" => f.write_str(&self.what),
            at => write!(f, "after {at}: {}", self.what),
        }
    }
}
