//! Outcomes: what each strand of a program observed, and how two outcomes compare.

use std::collections::BTreeMap;
use std::fmt;

use super::word::Word;

/// One observation of a strand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observation {
    /// The value as text; `none` if nothing is bound.
    pub value: Word,
    /// The label that the statement has.
    pub label: Option<Word>,
}

/// The observations of each strand. Strands without observations are absent.
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

    /// Returns the observations of a strand.
    pub fn strand(&self, strand: &str) -> &[Observation] {
        self.strands.get(strand).map_or(&[], Vec::as_slice)
    }

    /// Whether this outcome agrees with a stated one: the values are equal, and so are the labels that it states.
    pub fn agrees_with(&self, stated: &Outcome) -> bool {
        self.differences(stated).is_empty()
    }

    /// Returns the strands whose observations do not agree with a stated outcome.
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
