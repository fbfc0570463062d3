//! The groups of cases in summaries: a group is a file of the suite, which is named after its subject.

use crate::compare::{Column, Verdict};
use crate::suite::Suite;

/// The cases of a file.
#[derive(Clone, Debug)]
pub struct Group {
    /// The file's name without its ending, or the path of a user's file.
    pub name: String,
    /// The cases, as indices into the suite.
    pub cases: Vec<usize>,
}

/// The results of a group on a target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// The cases with the draft's outcome.
    pub conforms: usize,
    /// The cases with a known deviation, also an unstable one.
    pub known: usize,
    /// The cases with an unexplained outcome or an error.
    pub open: usize,
    /// The cases that the target does not support.
    pub unsupported: usize,
}

/// Returns the groups that have cases, in the order of the suite.
pub fn groups(suite: &Suite) -> Vec<Group> {
    let mut groups: Vec<(usize, Group)> = Vec::new();
    for (i, entry) in suite.cases.iter().enumerate() {
        match groups.iter_mut().find(|(source, _)| *source == entry.source) {
            Some((_, group)) => group.cases.push(i),
            None => {
                let path = &suite.source(entry).path;
                let name = if suite.own { path } else { path.strip_suffix(".kdl").unwrap_or(path) };
                groups.push((entry.source, Group { name: name.to_owned(), cases: vec![i] }));
            }
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

impl Tally {
    /// Counts the results of some cases on a target.
    pub fn of(column: &Column, cases: impl IntoIterator<Item = usize>) -> Tally {
        let mut tally = Tally::default();
        for cell in cases.into_iter().filter_map(|i| column.cells.get(i)) {
            *match cell.verdict {
                Verdict::Conforms => &mut tally.conforms,
                Verdict::KnownDeviation | Verdict::Unstable => &mut tally.known,
                Verdict::Unexplained | Verdict::Error => &mut tally.open,
                Verdict::NotSupported => &mut tally.unsupported,
            } += 1;
        }
        tally
    }

    /// Whether the target gives the draft's outcome in every case that it supports.
    pub fn conforms(self) -> bool {
        self.known == 0 && self.open == 0
    }

    /// Whether the target supports no case.
    pub fn is_unsupported(self) -> bool {
        self.conforms() && self.conforms == 0
    }
}
