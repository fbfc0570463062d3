//! The outcome that a case expects of an implementation.

use super::ast::{Case, Expect};
use super::outcome::Outcome;
use super::profile::{Api, Profile};
use super::reading::Reading;

/// The outcome that a case expects of one implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This outcome.
    Outcome(Outcome),
    /// The implementation does not support the case, for this reason.
    Unsupported(String),
    /// The outcome depends on the schedule, for this reason.
    Unstable(String),
}

impl Case {
    /// Returns the outcome that the draft requires, if the case states it.
    pub fn stated(&self) -> Option<Outcome> {
        let mut stated = None;
        for expect in self.expects.iter().filter(|expect| expect.profiles.is_empty() && expect.reading.is_none()) {
            overlay(stated.get_or_insert_default(), expect);
        }
        stated
    }

    /// Returns the outcome that a reading requires, given the draft's outcome, if the case states a different one.
    pub fn under(&self, reading: Reading, base: &Outcome) -> Option<Outcome> {
        let mut outcome = None;
        for expect in self.expects.iter().filter(|expect| expect.reading == Some(reading)) {
            overlay(outcome.get_or_insert_with(|| base.clone()), expect);
        }
        outcome
    }

    /// Returns the outcome that the case expects of an implementation, given the draft's outcome.
    ///
    /// In rising precedence: the base, `js`, `node`, a single profile. A selector with a suffix takes precedence over
    /// one without, and a later `expect` over an earlier one.
    pub fn expected(&self, base: &Outcome, profile: Profile, api: Option<Api>) -> Expected {
        let mut layers: Vec<_> = self
            .expects
            .iter()
            .filter_map(|expect| {
                let selected = expect.profiles.iter().filter(|selector| selector.selects(profile, api));
                Some((selected.map(|selector| selector.rank()).max()?, expect))
            })
            .collect();
        layers.sort_by_key(|(rank, _)| *rank); // The sort is stable, so a later `expect` takes precedence.
        let mut expected = Expected::Outcome(base.clone());
        for (_, expect) in layers {
            if let Some(why) = &expect.unsupported {
                expected = Expected::Unsupported(why.clone());
                continue;
            }
            if let Some(why) = &expect.unstable {
                expected = Expected::Unstable(why.clone());
                continue;
            }
            let mut outcome = match expected {
                Expected::Outcome(outcome) => outcome,
                _ => base.clone(),
            };
            overlay(&mut outcome, expect);
            expected = Expected::Outcome(outcome);
        }
        expected
    }
}

/// Replaces the strands that a stated outcome lists.
fn overlay(outcome: &mut Outcome, expect: &Expect) {
    for (strand, values) in &expect.strands {
        outcome.strands.remove(strand);
        if !values.is_empty() {
            outcome.strands.insert(strand.clone(), values.clone());
        }
    }
}
