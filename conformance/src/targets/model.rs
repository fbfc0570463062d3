//! The target `model`: the executable model of the draft.

use std::collections::BTreeSet;

use super::{Run, Target};
use crate::model::{self, Quirks, Schedule};
use crate::program::ast::Case;
use crate::program::profile::Profile;
use crate::program::reading::Reading;
use crate::program::table::Capability;

/// The model, which runs jobs first in, first out.
///
/// [`model::decide`] checks separately whether a case is deterministic.
#[derive(Clone, Copy, Debug, Default)]
pub struct Model {
    reading: Reading,
}

impl Model {
    /// Returns the model under a reading of the draft.
    #[must_use]
    pub fn new(reading: Reading) -> Model {
        Model { reading }
    }
}

impl Target for Model {
    fn name(&self) -> &str {
        "model"
    }

    fn describe(&self) -> String {
        "the draft's algorithms over a List of records".into()
    }

    fn profile(&self) -> Profile {
        Profile::Spec
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        Capability::ALL.into()
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        let quirks = Quirks::of_reading(self.reading);
        for (index, case) in cases.iter().enumerate() {
            let run = match model::run(&case.program, Schedule::Fifo, &quirks) {
                Ok(outcome) => Run::Outcome(outcome),
                Err(fault) => Run::Failed(fault.to_string()),
            };
            report(index, run);
        }
    }
}
