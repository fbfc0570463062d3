//! Faults of a program's run.

use std::fmt;

use crate::model::Id;

/// The first fault of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    pub(crate) kind: Kind,
    /// The step after which it was found.
    pub(crate) at: String,
    pub(crate) what: String,
}

/// The kind of a fault. A program that is shrunk must fail with the same kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// A variable reads a wrong value.
    Read,
    /// A reachable value has been dropped.
    Gone,
    /// A value that nothing holds is alive.
    Leak,
    /// A value was dropped more than once.
    Twice,
    /// An unplanned panic.
    Panic,
    /// A call returned a wrong result.
    Answer,
}

/// A value that is alive although nothing holds it, or the reverse.
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
