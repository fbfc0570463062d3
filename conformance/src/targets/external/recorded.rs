//! Answers that were made elsewhere, as a target.

use std::collections::{BTreeSet, HashMap};

use super::Deviations;
use super::answers::Answer;
use crate::program::ast::{Case, Word};
use crate::program::expected::Expected;
use crate::program::outcome::Outcome;
use crate::program::profile::Profile;
use crate::program::table::Capability;
use crate::targets::{Run, Target};

/// An implementation that ran elsewhere, known by its answers.
#[derive(Clone, Debug)]
pub struct Recorded {
    name: String,
    describe: String,
    answers: HashMap<Word, Run>,
    deviations: Deviations,
}

impl Recorded {
    /// Returns the target of these answers. `describe` is for reports.
    pub fn new(name: &str, describe: &str, answers: Vec<Answer>, deviations: Option<Deviations>) -> Recorded {
        let answers = answers.into_iter().map(|answer| (answer.id, answer.run)).collect();
        let deviations = deviations.unwrap_or_default();
        Recorded { name: name.to_owned(), describe: describe.to_owned(), answers, deviations }
    }
}

impl Target for Recorded {
    fn name(&self) -> &str {
        &self.name
    }

    fn describe(&self) -> String {
        self.describe.clone()
    }

    fn profile(&self) -> Profile {
        Profile::Other
    }

    fn capabilities(&self) -> BTreeSet<Capability> {
        // The answers say what is not supported.
        Capability::ALL.into()
    }

    fn expected(&self, case: &Case, base: &Outcome) -> Expected {
        self.deviations.expected(case, base)
    }

    fn reason(&self, case: &Case) -> Option<String> {
        self.deviations.reason(case)
    }

    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
        for (i, case) in cases.iter().enumerate() {
            let answer = self.answers.get(&case.id).cloned();
            report(i, answer.unwrap_or_else(|| Run::Unsupported("the file has no answer".to_owned())));
        }
    }
}
