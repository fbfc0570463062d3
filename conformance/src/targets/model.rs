//! The target `model`: the executable model of the draft.

use std::collections::BTreeSet;

use super::target::lacks;
use super::{Run, Target};
use crate::model::{self, Quirks, Schedule};
use crate::program::ast::Case;
use crate::program::portable;
use crate::program::profile::Profile;
use crate::program::reading::Reading;
use crate::program::table::Capability;

/// The model on the programs that are in WinterTC's portable subset of AsyncLocalStorage: what the subset requires.
///
/// # Examples
///
/// ```
/// use conformance::program::parse::parse;
/// use conformance::targets::{Target, model::Portable};
///
/// let (file, _) = parse("litmus 1; case c { program { var v; disable v } }");
/// assert!(Portable.obstacle(&file.cases[0]).is_some());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Portable;

impl Portable {
    /// Its name, and the end of the names of a runtime's targets for the subset. They run on request only.
    pub const NAME: &str = "wintertc-als";
}

impl Target for Portable {
    fn name(&self) -> &str {
        Self::NAME
    }

    fn describe(&self) -> String {
        "WinterTC's subset of AsyncLocalStorage (the model)".into()
    }

    fn profile(&self) -> Profile {
        Profile::Wintertc
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        [Capability::Als, Capability::EventTarget, Capability::Rejection].into()
    }

    fn obstacle(&self, case: &Case) -> Option<String> {
        portable::outside(case).or_else(|| lacks(case, &self.capabilities()))
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        Model::default().run(cases, report);
    }
}

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
