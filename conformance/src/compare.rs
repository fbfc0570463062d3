//! The comparison: every case on every target, with a verdict on each.

use std::collections::HashMap;

use crate::model::Quirks;
use crate::parallel::in_parallel;
use crate::program::expected::Expected;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::reading::Reading;
use crate::search::cause;
use crate::suite::{Entry, Suite};
use crate::targets::{Missing, Run, Target, attempt};

/// How a target's outcome on a case compares with the draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The outcome is the one that the draft requires.
    Conforms,
    /// The outcome is another one, which the case lists for this target's profile. For a user's case that lists none:
    /// which known quirks of the target's family explain.
    KnownDeviation,
    /// The outcome is another one, which the case does not list.
    Unexplained,
    /// The target cannot express the case.
    NotSupported,
    /// The outcome differs, and the case declares that it depends on the schedule on this target.
    Unstable,
    /// There is no outcome: the target crashed, hung, or gave an answer that cannot be read.
    Error,
}

impl Verdict {
    /// All verdicts, in the order of the legend.
    pub const ALL: [Verdict; 6] = [
        Verdict::Conforms,
        Verdict::KnownDeviation,
        Verdict::Unexplained,
        Verdict::NotSupported,
        Verdict::Unstable,
        Verdict::Error,
    ];

    /// Returns the name in reports for people.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Conforms => "conforms",
            Verdict::KnownDeviation => "known deviation",
            Verdict::Unexplained => "unexplained",
            Verdict::NotSupported => "not supported",
            Verdict::Unstable => "unstable",
            Verdict::Error => "error",
        }
    }

    /// Returns the name in the JSON report.
    pub fn key(self) -> &'static str {
        match self {
            Verdict::KnownDeviation => "known_deviation",
            Verdict::NotSupported => "not_supported",
            _ => self.word(),
        }
    }

    /// What the verdict means, for the legend.
    pub fn meaning(self) -> &'static str {
        match self {
            Verdict::Conforms => "the outcome that the draft requires",
            Verdict::KnownDeviation => "another outcome, which the case lists for this target",
            Verdict::Unexplained => "another outcome, which the case does not list",
            Verdict::NotSupported => "the target cannot express the case",
            Verdict::Unstable => "another outcome; on this target it depends on the schedule",
            Verdict::Error => "no outcome: a crash, a hang, or an answer that cannot be read",
        }
    }

    /// Whether the result needs an investigation.
    pub fn is_open(self) -> bool {
        matches!(self, Verdict::Unexplained | Verdict::Error)
    }
}

/// A target's result on one case.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The verdict.
    pub verdict: Verdict,
    /// The outcome that was observed, if the case ran to its end.
    pub seen: Option<Outcome>,
    /// The outcome that the case lists for this target, if there is one.
    pub expected: Option<Outcome>,
    /// Why the case is not supported or unstable, what the error was, or the reason that the target's author gives for a
    /// known deviation.
    pub reason: Option<String>,
    /// The quirks of the target's family that explain an outcome other than the draft's. None if there is no such
    /// outcome, or no such quirks, or if the target must conform.
    pub quirks: Option<Quirks>,
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
    /// Whether any deviation of the target from the draft is a defect of this project.
    pub must_conform: bool,
    /// One per case.
    pub cells: Vec<Cell>,
}

impl Column {
    /// Returns the number of cases with a verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.cells.iter().filter(|cell| cell.verdict == verdict).count()
    }

    /// Whether the target conforms on every case that it supports.
    pub fn conforms(&self) -> bool {
        self.cells.iter().all(|cell| matches!(cell.verdict, Verdict::Conforms | Verdict::NotSupported))
    }

    /// Whether any outcome is unexplained, or any case ended in an error.
    pub fn is_open(&self) -> bool {
        self.cells.iter().any(|cell| cell.verdict.is_open())
    }
}

/// The whole comparison.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// A column per target that ran.
    pub columns: Vec<Column>,
    /// Targets that are not available.
    pub missing: Vec<Missing>,
}

impl Comparison {
    /// Runs every case of a suite on every target, and calls `progress` with the target's name after each. As many
    /// targets run at the same time as there are processors.
    pub fn run(
        suite: &Suite,
        targets: &[Box<dyn Target>],
        missing: Vec<Missing>,
        progress: &(dyn Fn(&str) + Sync),
    ) -> Comparison {
        // The last targets take the most time, so they start first.
        let from_the_last = |i: usize| targets[targets.len() - 1 - i].as_ref();
        let mut columns = in_parallel(targets.len(), |i| column(suite, from_the_last(i), progress));
        columns.reverse();
        find_causes(suite, &mut columns);
        Comparison { columns, missing }
    }

    /// Whether every target that must conform does so.
    pub fn passes(&self) -> bool {
        self.columns.iter().filter(|column| column.must_conform).all(Column::conforms)
    }

    /// Whether any target has an unexplained outcome or an error.
    pub fn is_open(&self) -> bool {
        self.columns.iter().any(Column::is_open)
    }
}

/// Finds the quirks that explain each deviation. For a user's case that lists no outcome for the target, they make it a
/// known deviation.
fn find_causes(suite: &Suite, columns: &mut [Column]) {
    let found = in_parallel(suite.cases.len(), |i| causes(&suite.cases[i], columns, i));
    for (i, (entry, found)) in suite.cases.iter().zip(found).enumerate() {
        for (column, quirks) in columns.iter_mut().zip(found) {
            let Some(cell) = column.cells.get_mut(i) else { continue };
            cell.quirks = quirks;
            let listed = cell.expected.as_ref().is_some_and(|listed| *listed != entry.base);
            if suite.own && quirks.is_some() && !listed && cell.verdict == Verdict::Unexplained {
                cell.verdict = Verdict::KnownDeviation;
            }
        }
    }
}

/// Returns the quirks that explain a case's outcome on each target. Targets of one family with the same outcome have
/// the same cause.
fn causes(entry: &Entry, columns: &[Column], i: usize) -> Vec<Option<Quirks>> {
    let mut known = HashMap::new();
    let explain = |column: &Column| {
        let seen = column.cells.get(i)?.seen.as_ref()?;
        if column.must_conform || seen.agrees_with(&entry.base) {
            return None;
        }
        let key = (column.profile, column.api, seen.clone());
        *known.entry(key).or_insert_with(|| cause(&entry.case.program, seen, column.profile, column.api))
    };
    columns.iter().map(explain).collect()
}

fn column(suite: &Suite, target: &dyn Target, progress: &dyn Fn(&str)) -> Column {
    let mut cells: Vec<Option<Cell>> = vec![None; suite.cases.len()];
    let mut report = |i: usize, run| {
        cells[i] = Some(judge(&suite.cases[i], target, run));
        progress(target.name());
    };
    let mut able = Vec::new();
    for (i, entry) in suite.cases.iter().enumerate() {
        match target.expected(&entry.case, base(entry, target)) {
            Expected::Unsupported(why) => report(i, Run::Unsupported(why)),
            Expected::Outcome(_) | Expected::Unstable(_) => able.push(i),
        }
    }
    let cases: Vec<_> = able.iter().map(|i| &suite.cases[*i].case).collect();
    attempt(target, &cases, &mut |k, run| report(able[k], run));
    let unreported = || Run::Failed("the target reported no result".to_owned());
    let cells = cells.into_iter().zip(&suite.cases);
    Column {
        target: target.name().to_owned(),
        describe: target.describe(),
        profile: target.profile(),
        api: target.api(),
        must_conform: target.must_conform() && (suite.reading == Reading::Draft || target.follows_readings()),
        cells: cells.map(|(cell, entry)| cell.unwrap_or_else(|| judge(entry, target, unreported()))).collect(),
    }
}

/// Returns the outcome that a target is compared with.
fn base<'a>(entry: &'a Entry, target: &dyn Target) -> &'a Outcome {
    if target.follows_readings() { &entry.base } else { &entry.pinned }
}

/// Returns a run's verdict.
fn judge(entry: &Entry, target: &dyn Target, run: Run) -> Cell {
    let expected = target.expected(&entry.case, base(entry, target));
    let listed = match &expected {
        Expected::Outcome(outcome) => Some(outcome.clone()),
        Expected::Unsupported(_) | Expected::Unstable(_) => None,
    };
    let (verdict, seen, reason) = match (run, expected) {
        (Run::Unsupported(why), _) => (Verdict::NotSupported, None, Some(why)),
        (Run::Failed(how), _) => (Verdict::Error, None, Some(how)),
        (Run::Outcome(seen), _) if seen.agrees_with(&entry.base) => (Verdict::Conforms, Some(seen), None),
        (Run::Outcome(seen), Expected::Unstable(why)) => (Verdict::Unstable, Some(seen), Some(why)),
        (Run::Outcome(seen), Expected::Outcome(listed)) if seen.agrees_with(&listed) => {
            (Verdict::KnownDeviation, Some(seen), target.reason(&entry.case))
        }
        (Run::Outcome(seen), _) => (Verdict::Unexplained, Some(seen), None),
    };
    Cell { verdict, seen, expected: listed, reason, quirks: None }
}
