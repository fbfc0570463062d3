//! Outcomes: what each strand of a program observed, and how that compares with what a case states.

use std::collections::BTreeMap;
use std::fmt;

use crate::program::ast::{Case, Word};
use crate::program::profile::{Api, Profile};

/// One observation of a strand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observation {
    /// The value, as text; `none` where nothing is bound.
    pub value: Word,
    /// The label that the statement gives it.
    pub label: Option<Word>,
}

/// What each strand observed. Strands that observed nothing are absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Outcome {
    /// Observations by strand, each in the strand's own order.
    pub strands: BTreeMap<Word, Vec<Observation>>,
}

impl Outcome {
    /// Adds an observation to a strand.
    pub fn observe(&mut self, strand: &Word, value: impl Into<Word>, label: Option<&Word>) {
        let observation = Observation { value: value.into(), label: label.cloned() };
        self.strands.entry(strand.clone()).or_default().push(observation);
    }

    /// What a strand observed.
    pub fn strand(&self, strand: &str) -> &[Observation] {
        self.strands.get(strand).map_or(&[], Vec::as_slice)
    }

    /// Whether this outcome is what was stated: equal values, and equal labels where one is stated.
    pub fn agrees_with(&self, stated: &Outcome) -> bool {
        self.differences(stated).is_empty()
    }

    /// The strands whose observations differ from the stated ones.
    pub fn differences(&self, stated: &Outcome) -> Vec<Word> {
        let mut strands: Vec<Word> = self.strands.keys().chain(stated.strands.keys()).cloned().collect();
        strands.sort();
        strands.dedup();
        strands.retain(|strand| {
            let (seen, stated) = (self.strand(strand), stated.strand(strand));
            seen.len() != stated.len()
                || seen.iter().zip(stated).any(|(seen, stated)| {
                    seen.value != stated.value || stated.label.is_some() && seen.label != stated.label
                })
        });
        strands
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (strand, seen)) in self.strands.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            f.write_str(strand)?;
            for observation in seen {
                write!(f, " {}", observation.value)?;
            }
        }
        Ok(())
    }
}

/// What a case states for one implementation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// This outcome.
    Outcome(Outcome),
    /// The implementation can't run the case, and why.
    Unsupported(String),
    /// The outcome depends on the schedule there, and why.
    Unstable(String),
}

impl Case {
    /// The outcome that the draft requires; none where the case states no base outcome.
    pub fn stated(&self) -> Option<Outcome> {
        let mut stated = None;
        for expect in self.expects.iter().filter(|expect| expect.profiles.is_empty()) {
            let outcome: &mut Outcome = stated.get_or_insert_default();
            for (strand, values) in expect.strands.iter().filter(|(_, values)| !values.is_empty()) {
                outcome.strands.insert(strand.clone(), values.clone());
            }
        }
        stated
    }

    /// What the case states for an implementation, given the draft's outcome.
    ///
    /// Precedence: base, `js`, `node`, single; a suffix beats none; later beats earlier.
    pub fn expected(&self, base: &Outcome, profile: Profile, api: Option<Api>) -> Expected {
        let mut layers: Vec<_> = self
            .expects
            .iter()
            .filter_map(|expect| {
                let selected = expect.profiles.iter().filter(|selector| selector.selects(profile, api));
                Some((selected.map(|selector| selector.rank()).max()?, expect))
            })
            .collect();
        layers.sort_by_key(|(rank, _)| *rank); // stable: later beats earlier
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
            for (strand, values) in &expect.strands {
                outcome.strands.remove(strand);
                if !values.is_empty() {
                    outcome.strands.insert(strand.clone(), values.clone());
                }
            }
            expected = Expected::Outcome(outcome);
        }
        expected
    }
}
