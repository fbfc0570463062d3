//! The deviations of all targets by their cause.

use std::collections::BTreeMap;

use crate::compare::{Cell, Comparison, Verdict};
use crate::model::Quirk;

/// A cause of deviations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A quirk of the model, alone or together with others.
    Quirk(Quirk),
    /// The case lists the outcome, and no quirk explains it.
    Listed,
    /// The outcome depends on the schedule.
    Unstable,
}

impl Cause {
    /// Returns the cause in one short sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Cause::Quirk(quirk) => quirk.sentence(),
            Cause::Listed => "another outcome, which the case lists",
            Cause::Unstable => "an outcome that depends on the schedule",
        }
    }
}

/// The deviations with one cause.
#[derive(Clone, Debug, Default)]
pub struct Deviations {
    /// The cases, as indices into the suite, in ascending order.
    pub cases: Vec<usize>,
    /// The targets, as indices into the columns, in ascending order.
    pub targets: Vec<usize>,
}

/// Returns the causes of a cell's deviation. A cell without a known deviation has none.
pub fn causes(cell: &Cell) -> Vec<Cause> {
    match (cell.verdict, cell.quirks) {
        (Verdict::Unstable, _) => vec![Cause::Unstable],
        (Verdict::KnownDeviation, Some(quirks)) => quirks.iter().map(Cause::Quirk).collect(),
        (Verdict::KnownDeviation, None) => vec![Cause::Listed],
        _ => Vec::new(),
    }
}

/// Returns the reason that a target's author gives for a cell's known deviation.
pub fn explanation(cell: &Cell) -> Option<&str> {
    cell.reason.as_deref().filter(|_| cell.verdict == Verdict::KnownDeviation)
}

/// Returns the known deviations of a comparison: by the sentence of their cause, and then those that a target's author
/// explains by that reason. The most frequent are first in each.
pub fn by_reason(comparison: &Comparison) -> Vec<(&str, Deviations)> {
    let known = grouped(comparison, |cell| if explanation(cell).is_none() { causes(cell) } else { Vec::new() });
    let explained = grouped(comparison, explanation);
    known.into_iter().map(|(cause, deviations)| (cause.sentence(), deviations)).chain(explained).collect()
}

fn grouped<'a, K: Ord, I: IntoIterator<Item = K>>(
    comparison: &'a Comparison,
    keys: impl Fn(&'a Cell) -> I,
) -> Vec<(K, Deviations)> {
    let mut found: BTreeMap<K, Deviations> = BTreeMap::new();
    for (target, column) in comparison.columns.iter().enumerate() {
        for (case, cell) in column.cells.iter().enumerate() {
            for key in keys(cell) {
                let deviations = found.entry(key).or_default();
                deviations.cases.push(case);
                deviations.targets.push(target);
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    for (_, deviations) in &mut found {
        deviations.cases.sort_unstable();
        deviations.cases.dedup();
        deviations.targets.dedup();
    }
    found.sort_by_key(|(_, deviations)| std::cmp::Reverse(deviations.cases.len()));
    found
}
