//! The target `model`: the executable model of the draft.

use std::collections::BTreeSet;

use super::{Run, Target};
use crate::model::{self, Quirks, Schedule};
use crate::program::ast::Case;
use crate::program::profile::Profile;
use crate::program::table::Capability;

/// The model, which runs jobs first in, first out.
///
/// [`model::decide`] checks separately whether a case is deterministic.
#[derive(Clone, Copy, Debug, Default)]
pub struct Model;

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
        for (index, case) in cases.iter().enumerate() {
            let run = match model::run(&case.program, Schedule::Fifo, &Quirks::NONE) {
                Ok(outcome) => Run::Outcome(outcome),
                Err(fault) => Run::Failed(fault.to_string()),
            };
            report(index, run);
        }
    }
}
