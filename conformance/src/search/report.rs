//! The results of a search.

use std::collections::{BTreeMap, BTreeSet};

use super::classify::Class;
use super::coverage::Coverage;
use crate::program::outcome::Outcome;
use crate::targets::Target;

/// The number of examples that are kept of rejections and of each unexplained class on each target.
const EXAMPLES: usize = 5;

/// A generated program that is not valid. It means that the generator, the checker and the model disagree about the
/// language.
#[derive(Clone, Debug)]
pub struct Rejection {
    /// The number of the program in the search.
    pub n: u64,
    /// The diagnostic of a static rule, or the fault of the model.
    pub reason: String,
    /// The text.
    pub text: String,
}

/// The results on one target.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The target's name.
    pub target: String,
    /// What it is, with its version.
    pub describe: String,
    /// Whether the target must conform to the draft.
    pub must_conform: bool,
    /// The number of programs that ran.
    pub compared: u64,
    /// The number of programs that it does not support.
    pub unsupported: u64,
    /// The number of deviations by class.
    pub classes: BTreeMap<Class, u64>,
}

/// A program on which a target deviates from the model, and both outcomes.
#[derive(Clone, Debug)]
pub struct Example {
    /// Its text.
    pub text: String,
    /// The number of its statements.
    pub statements: usize,
    /// The model's outcome.
    pub expected: Outcome,
    /// The target's outcome or error.
    pub seen: Result<Outcome, String>,
}

/// A deviation.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The target's name.
    pub target: String,
    /// The number of the program in the search.
    pub n: u64,
    /// Its class.
    pub class: Class,
    /// The program as it was generated.
    pub found: Example,
    /// A small program that deviates in the same class.
    pub shrunk: Option<Example>,
}

impl Difference {
    /// Returns the smaller of its examples.
    pub fn example(&self) -> &Example {
        self.shrunk.as_ref().unwrap_or(&self.found)
    }
}

/// The results of a search.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The number of generated programs.
    pub generated: u64,
    /// The statements of the programs that ran, and their pairs.
    pub coverage: Coverage,
    /// The number of programs that are not valid.
    pub rejected: u64,
    /// The first five of these.
    pub rejections: Vec<Rejection>,
    /// The results on each target, in the given order.
    pub targets: Vec<Tally>,
    /// The smallest example of each explained class on each target, and the five smallest of each other class.
    pub differences: Vec<Difference>,
}

impl Report {
    /// Whether the search found nothing to investigate: no target that must conform differs from the model, known
    /// quirks explain the differences of the others, and fewer than three in a hundred programs were rejected.
    pub fn passes(&self) -> bool {
        let agrees = |tally: &Tally| match tally.must_conform {
            true => tally.classes.is_empty(),
            false => tally.classes.keys().all(|class| class.is_explained()),
        };
        self.targets.iter().all(agrees) && self.rejected * 100 <= self.generated * 3
    }

    /// Returns an empty report on some targets.
    pub(super) fn on(targets: &[&dyn Target]) -> Report {
        let tally = |target: &&dyn Target| Tally {
            target: target.name().to_owned(),
            describe: target.describe(),
            must_conform: target.must_conform(),
            ..Tally::default()
        };
        Report { targets: targets.iter().map(tally).collect(), ..Report::default() }
    }

    /// Adds the results of later programs on the same targets.
    pub(super) fn merge(&mut self, later: Report) {
        self.generated += later.generated;
        self.coverage.merge(&later.coverage);
        self.rejected += later.rejected;
        self.rejections.extend(later.rejections);
        self.rejections.truncate(EXAMPLES);
        for (tally, later) in self.targets.iter_mut().zip(later.targets) {
            tally.compared += later.compared;
            tally.unsupported += later.unsupported;
            for (class, count) in later.classes {
                *tally.classes.entry(class).or_default() += count;
            }
        }
        later.differences.into_iter().for_each(|difference| self.keep(difference));
    }

    /// Adds a rejection.
    pub(super) fn reject(&mut self, rejection: Rejection) {
        self.rejected += 1;
        if self.rejections.len() < EXAMPLES {
            self.rejections.push(rejection);
        }
    }

    /// Adds a deviation.
    pub(super) fn differ(&mut self, target: usize, difference: Difference) {
        *self.targets[target].classes.entry(difference.class).or_default() += 1;
        self.keep(difference);
    }

    /// Keeps a deviation if it is among the smallest of its class.
    fn keep(&mut self, difference: Difference) {
        let most = if difference.class.is_explained() { 1 } else { EXAMPLES };
        let alike = |other: &Difference| other.target == difference.target && other.class == difference.class;
        let same: Vec<usize> = (0..self.differences.len()).filter(|i| alike(&self.differences[*i])).collect();
        let size = |index: &usize| self.differences[*index].found.statements;
        if same.len() < most {
            self.differences.push(difference);
        } else if let Some(largest) = same.into_iter().max_by_key(size)
            && difference.found.statements < size(&largest)
        {
            self.differences[largest] = difference;
        }
    }

    /// Removes the deviations whose small program equals an earlier one on the same target.
    pub(super) fn drop_repetitions(&mut self) {
        let mut seen = BTreeSet::new();
        self.differences.retain(|difference| {
            let program = difference.shrunk.as_ref().and_then(|shrunk| shrunk.text.split_once("program"));
            let program = program.map(|(_, program)| program.to_owned());
            program.is_none_or(|program| seen.insert((difference.target.clone(), difference.class, program)))
        });
    }
}
