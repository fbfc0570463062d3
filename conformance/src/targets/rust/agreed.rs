//! The common outcome of several runs of a program.

use std::fmt::Display;

use crate::program::outcome::Outcome;
use crate::targets::Run;

/// The outcome of all runs so far, and the manner of the first run.
pub(super) struct Agreed<How>(Option<(How, Outcome)>);

impl<How: Display> Agreed<How> {
    pub(super) fn new() -> Agreed<How> {
        Agreed(None)
    }

    /// Adds the outcome of a run. Returns an error that names two runs if the outcome differs.
    pub(super) fn add(&mut self, how: How, outcome: Outcome) -> Result<(), String> {
        match &self.0 {
            None => self.0 = Some((how, outcome)),
            Some((_, equal)) if *equal == outcome => {}
            Some((first, differs)) => return Err(format!("{first} gives {differs}; {how} gives {outcome}")),
        }
        Ok(())
    }

    /// Returns the common result. `none` names what is missing if there was no run.
    pub(super) fn run(self, none: &str) -> Run {
        self.0.map_or_else(|| Run::Failed(format!("no {none}")), |(_, outcome)| Run::Outcome(outcome))
    }
}
