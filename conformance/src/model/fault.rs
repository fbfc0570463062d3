//! Faults: why a program has no outcome.

use std::fmt;

use crate::program::ast::Span;

/// What kind of mistake a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// Rule D1: a strand that started never ends.
    Deadlock,
    /// Rule D2: something is thrown out of a strand that nobody can catch from.
    Uncaught,
    /// Rule D3: the outcome depends on the schedule.
    Schedule,
    /// The program runs longer or nests deeper than the model goes.
    Budget,
    /// A statement met what the static rules exclude.
    Malformed,
}

/// Why a program has no outcome, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which rule it breaks.
    pub kind: FaultKind,
    /// The statement.
    pub span: Span,
    /// What happened, in a sentence that names the strand.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
