//! Faults: the reasons why a program has no outcome.

use std::fmt;

use crate::program::ast::Span;

/// The kind of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// Rule D1: a strand never ends.
    Deadlock,
    /// Rule D2: an exception leaves a strand and cannot be caught.
    Uncaught,
    /// Rule D3: the outcome depends on the schedule.
    Schedule,
    /// The program exceeds the model's limits of statements or depth.
    Budget,
    /// A statement violates a static rule at run time.
    Malformed,
}

/// A reason why a program has no outcome, with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule that is violated.
    pub kind: FaultKind,
    /// The statement.
    pub span: Span,
    /// A description that names the strand.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}
