//! What came of every run.

use std::collections::BTreeMap;
use std::fmt;

use super::order::Mode;

/// What came of a run, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It did what its test wants.
    Pass,
    /// It did something else.
    Fail,
    /// It was not done in time.
    Timeout,
    /// It wanted more memory than it may have.
    OutOfMemory,
    /// It overflowed the native stack.
    StackOverflow,
    /// The engine panicked.
    Panic,
    /// The engine's process ended, or said something that is no answer.
    Crash,
    /// It could not be run: its frontmatter, its text or the harness is at fault.
    Error,
}

impl Kind {
    /// Every kind, the good one first.
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

    /// The word for it in reports.
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

    /// The kind that a word means.
    pub fn named(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What came of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// In a word.
    pub kind: Kind,
    /// Why it did not pass, and where; empty when it did.
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
    /// How its text was taken; none if the test can't be read.
    pub mode: Option<Mode>,
    /// What came of it.
    pub outcome: Outcome,
    /// How long it took.
    pub milliseconds: u64,
    /// What the test says it needs of the engine.
    pub features: Vec<String>,
}

impl Run {
    /// Whether it did what its test wants.
    pub fn passed(&self) -> bool {
        self.outcome.kind == Kind::Pass
    }

    /// What names it: its path and its mode.
    pub fn name(&self) -> Name<'_> {
        Name { path: &self.path, mode: self.mode }
    }
}

/// What names a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name<'a> {
    /// The test's path.
    pub path: &'a str,
    /// How its text was taken.
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

/// How many runs came to what.
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

    /// Counts one more.
    pub fn add(&mut self, run: &Run) {
        *self.0.entry(run.outcome.kind).or_default() += 1;
    }

    /// How many came to this.
    pub fn get(&self, kind: Kind) -> usize {
        self.0.get(&kind).copied().unwrap_or_default()
    }

    /// All of them.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }
}
