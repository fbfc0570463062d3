//! The results of runs.

use std::collections::BTreeMap;
use std::fmt;

use super::order::Mode;

/// The kind of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The run met the expectation of its test.
    Pass,
    /// The run did not meet the expectation.
    Fail,
    /// The run exceeded its time limit.
    Timeout,
    /// The run exceeded its memory limit.
    OutOfMemory,
    /// The run overflowed the native stack.
    StackOverflow,
    /// The engine panicked.
    Panic,
    /// The engine's process ended, or printed an unreadable answer.
    Crash,
    /// The test could not run, because of its frontmatter, its text or the harness.
    Error,
}

impl Kind {
    /// All kinds, with a pass first.
    pub const ALL: [Kind; 8] = [
        Kind::Pass,
        Kind::Fail,
        Kind::Timeout,
        Kind::OutOfMemory,
        Kind::StackOverflow,
        Kind::Panic,
        Kind::Crash,
        Kind::Error,
    ];

    /// Returns its name in reports.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Pass => "pass",
            Kind::Fail => "fail",
            Kind::Timeout => "timeout",
            Kind::OutOfMemory => "out-of-memory",
            Kind::StackOverflow => "stack-overflow",
            Kind::Panic => "panic",
            Kind::Crash => "crash",
            Kind::Error => "error",
        }
    }

    /// Returns the kind of a name.
    pub fn named(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// The outcome of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its kind.
    pub kind: Kind,
    /// The reason why the run did not pass, with the place; empty if it passed.
    pub reason: String,
}

impl Outcome {
    pub(super) fn pass() -> Outcome {
        Outcome::new(Kind::Pass, String::new())
    }

    pub(super) fn new(kind: Kind, reason: String) -> Outcome {
        Outcome { kind, reason }
    }
}

/// One run of a test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The test's path below the folder of the tests.
    pub path: String,
    /// The mode; none if the test cannot be read.
    pub mode: Option<Mode>,
    /// The outcome.
    pub outcome: Outcome,
    /// The duration in milliseconds.
    pub milliseconds: u64,
    /// The features that the test needs.
    pub features: Vec<String>,
}

impl Run {
    /// Whether the run met the expectation of its test.
    pub fn passed(&self) -> bool {
        self.outcome.kind == Kind::Pass
    }

    /// Returns its name: the path and the mode.
    pub fn name(&self) -> Name<'_> {
        Name { path: &self.path, mode: self.mode }
    }
}

/// The name of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<'a> {
    /// The test's path.
    pub path: &'a str,
    /// The mode.
    pub mode: Option<Mode>,
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.mode {
            Some(mode) => write!(f, "{} ({})", self.path, mode.word()),
            None => f.write_str(self.path),
        }
    }
}

/// The number of runs by kind of outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<Kind, usize>);

impl Counts {
    /// Counts runs.
    pub fn of<'a>(runs: impl IntoIterator<Item = &'a Run>) -> Counts {
        let mut counts = Counts::default();
        for run in runs {
            counts.add(run);
        }
        counts
    }

    /// Counts one run.
    pub fn add(&mut self, run: &Run) {
        *self.0.entry(run.outcome.kind).or_default() += 1;
    }

    /// Returns the number of runs with this kind of outcome.
    pub fn get(&self, kind: Kind) -> usize {
        self.0.get(&kind).copied().unwrap_or_default()
    }

    /// Returns the number of all runs.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }
}
