//! The results of a run.

use crate::fault::Fault;
use crate::phase::Phase;
use crate::program::Program;
use crate::run::Outcome;

/// A program that failed, after shrinking.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) phase: Phase,
    pub(crate) program: Program,
    pub(crate) fault: Fault,
}

/// The results of all programs.
#[derive(Debug, Default)]
pub(crate) struct Total {
    pub(crate) programs: u64,
    pub(crate) steps: u64,
    pub(crate) reads: u64,
    pub(crate) wrong_reads: u64,
    pub(crate) values: u64,
    /// The number of values that were alive at the end of their program.
    pub(crate) left: u64,
    pub(crate) failures: Vec<Failure>,
}

impl Total {
    pub(crate) fn add(&mut self, outcome: &Outcome) {
        self.programs += 1;
        self.steps += outcome.steps;
        self.reads += outcome.reads;
        self.wrong_reads += outcome.wrong_reads;
        self.values += outcome.values;
        self.left += outcome.left;
    }
}
