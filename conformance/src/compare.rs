//! The comparison: every case on every target, and a verdict on each.

use crate::outcome::{Expected, Outcome};
use crate::program::profile::{Api, Profile};
use crate::suite::{Entry, Suite};
use crate::targets::{Missing, Run, Target, attempt};

/// What a run says of a target on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The outcome that the draft requires.
    Draft,
    /// A deviation that the case states for this target's profile.
    Stated,
    /// Another outcome: something nobody has explained yet.
    Unstated,
    /// The target can't express the case.
    Unsupported,
    /// The case says that the outcome depends on the schedule there.
    Unstable,
    /// No outcome: a crash, a hang, an answer that can't be read.
    Failed,
}

impl Verdict {
    /// All of them, in the order of the legend.
    pub const ALL: [Verdict; 6] =
        [Verdict::Draft, Verdict::Stated, Verdict::Unstated, Verdict::Unsupported, Verdict::Unstable, Verdict::Failed];

    /// The word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Draft => "draft",
            Verdict::Stated => "stated",
            Verdict::Unstated => "unstated",
            Verdict::Unsupported => "unsupported",
            Verdict::Unstable => "unstable",
            Verdict::Failed => "failed",
        }
    }

    /// Whether it is a finding that somebody has to look at.
    pub fn is_open(self) -> bool {
        matches!(self, Verdict::Unstated | Verdict::Failed)
    }
}

/// A target's result on one case.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The verdict.
    pub verdict: Verdict,
    /// What was seen, if the case ran to an outcome.
    pub seen: Option<Outcome>,
    /// What the case states for this target, if it states an outcome.
    pub expected: Option<Outcome>,
    /// Why it is unsupported or unstable, or how it failed.
    pub reason: Option<String>,
}

/// A target and its results, one per case in the order of the suite.
#[derive(Clone, Debug)]
pub struct Column {
    /// The target's name.
    pub target: String,
    /// What it is, with its version.
    pub describe: String,
    /// Its profile.
    pub profile: Profile,
    /// Its API, for JavaScript runtimes.
    pub api: Option<Api>,
    /// Whether it is part of the tool.
    pub embedded: bool,
    /// One per case.
    pub cells: Vec<Cell>,
}

impl Column {
    /// How many cases have a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cells.iter().filter(|cell| cell.verdict == verdict).count()
    }

    /// Whether every case that the target can run gave the draft's outcome.
    pub fn agrees(&self) -> bool {
        self.cells.iter().all(|cell| matches!(cell.verdict, Verdict::Draft | Verdict::Unsupported))
    }

    /// Whether a finding is open: an unstated outcome or a failure.
    pub fn is_open(&self) -> bool {
        self.cells.iter().any(|cell| cell.verdict.is_open())
    }
}

/// The whole comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// A column per target that ran.
    pub columns: Vec<Column>,
    /// Targets that are not here.
    pub missing: Vec<Missing>,
}

impl Comparison {
    /// Runs every case of a suite on every target; `progress` is told after each.
    pub fn run(
        suite: &Suite,
        targets: &[Box<dyn Target>],
        missing: Vec<Missing>,
        progress: &mut dyn FnMut(&str),
    ) -> Comparison {
        let columns = targets.iter().map(|target| column(suite, target.as_ref(), progress)).collect();
        Comparison { columns, missing }
    }

    /// Whether every embedded target agrees with the draft.
    pub fn embedded_agree(&self) -> bool {
        self.columns.iter().filter(|column| column.embedded).all(Column::agrees)
    }

    /// Whether a finding is open on any target.
    pub fn is_open(&self) -> bool {
        self.columns.iter().any(Column::is_open)
    }
}

fn column(suite: &Suite, target: &dyn Target, progress: &mut dyn FnMut(&str)) -> Column {
    let mut cells: Vec<Option<Cell>> = vec![None; suite.cases.len()];
    let mut report = |i: usize, run| {
        cells[i] = Some(judge(&suite.cases[i], target, run));
        progress(target.name());
    };
    let mut able = Vec::new();
    for (i, entry) in suite.cases.iter().enumerate() {
        match entry.case.expected(&entry.base, target.profile(), target.api()) {
            Expected::Unsupported(why) => report(i, Run::Unsupported(why)),
            Expected::Outcome(_) | Expected::Unstable(_) => able.push(i),
        }
    }
    let cases: Vec<_> = able.iter().map(|i| &suite.cases[*i].case).collect();
    attempt(target, &cases, &mut |k, run| report(able[k], run));
    let unreported = || Run::Failed("the target gave no answer".to_owned());
    let cells = cells.into_iter().zip(&suite.cases);
    Column {
        target: target.name().to_owned(),
        describe: target.describe(),
        profile: target.profile(),
        api: target.api(),
        embedded: target.embedded(),
        cells: cells.map(|(cell, entry)| cell.unwrap_or_else(|| judge(entry, target, unreported()))).collect(),
    }
}

/// The verdict on a run.
fn judge(entry: &Entry, target: &dyn Target, run: Run) -> Cell {
    let expected = entry.case.expected(&entry.base, target.profile(), target.api());
    let stated = match &expected {
        Expected::Outcome(outcome) => Some(outcome.clone()),
        Expected::Unsupported(_) | Expected::Unstable(_) => None,
    };
    let (verdict, seen, reason) = match (run, expected) {
        (Run::Unsupported(why), _) => (Verdict::Unsupported, None, Some(why)),
        (Run::Failed(how), _) => (Verdict::Failed, None, Some(how)),
        (Run::Outcome(seen), _) if seen.agrees_with(&entry.base) => (Verdict::Draft, Some(seen), None),
        (Run::Outcome(seen), Expected::Unstable(why)) => (Verdict::Unstable, Some(seen), Some(why)),
        (Run::Outcome(seen), Expected::Outcome(stated)) if seen.agrees_with(&stated) => {
            (Verdict::Stated, Some(seen), None)
        }
        (Run::Outcome(seen), _) => (Verdict::Unstated, Some(seen), None),
    };
    Cell { verdict, seen, expected: stated, reason }
}
