//! The interface between the tool and an implementation.

use std::collections::BTreeSet;

use crate::program::VERSION;
use crate::program::ast::{Case, Stmt};
use crate::program::expected::Expected;
use crate::program::needs::first_lack;
use crate::program::outcome::Outcome;
use crate::program::profile::{Api, Profile};
use crate::program::table::{Capability, Field, Op};

/// The result of a case on a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Run {
    /// The case ran to its end, with this outcome.
    Outcome(Outcome),
    /// The target does not support the case, for this reason.
    Unsupported(String),
    /// There is no outcome. The text describes the crash, the hang or the unreadable answer.
    Failed(String),
}

/// A target that is not available.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The target's name; for a runtime the part before the colon.
    pub target: String,
    /// The reason, and how to make it available.
    pub why: String,
    /// Whether nothing is wrong but that it is not installed, and `conformance runtimes install` installs it.
    pub installable: bool,
}

/// An implementation under comparison. Targets run at the same time, each on its own thread.
pub trait Target: Sync {
    /// Returns the name by which `--target` selects it.
    fn name(&self) -> &str;

    /// Returns a description with the version, for reports.
    fn describe(&self) -> String;

    /// Returns the family it belongs to.
    fn profile(&self) -> Profile;

    /// Whether it follows the reading of the draft for which it was made. Otherwise it is compared with the pinned draft.
    fn follows_readings(&self) -> bool {
        self.profile().follows_readings()
    }

    /// Returns the API through which it is reached, for JavaScript runtimes.
    fn api(&self) -> Option<Api> {
        None
    }

    /// Whether any deviation of the target from the draft is a defect of this project.
    fn must_conform(&self) -> bool {
        matches!(self.profile(), Profile::Spec | Profile::Rust | Profile::Facade | Profile::Wintertc)
    }

    /// Returns the outcome that is expected of it, given the draft's: a known deviation that the case lists for its
    /// profile, or the draft's.
    fn expected(&self, case: &Case, base: &Outcome) -> Expected {
        case.expected(base, self.profile(), self.api())
    }

    /// Returns the reason that its author gives for a known deviation on a case.
    fn reason(&self, _: &Case) -> Option<String> {
        None
    }

    /// Returns its capabilities.
    fn capabilities(&self) -> BTreeSet<Capability>;

    /// Returns the reason why the target does not support a case, if there is one: the case is in a later version of the
    /// language, has an experimental statement, or needs a capability that the target lacks.
    fn obstacle(&self, case: &Case) -> Option<String> {
        lacks(case, &self.capabilities())
    }
    /// Runs cases without an [`obstacle`](Target::obstacle), and reports each result once, by the index of the case, as
    /// soon as it is known.
    fn run(&self, cases: &[&Case], report: &mut dyn FnMut(usize, Run));
}

/// Runs the cases that a target supports, and reports every case by its index. The others are reported as not supported,
/// with the reason.
pub fn attempt(target: &dyn Target, cases: &[&Case], report: &mut dyn FnMut(usize, Run)) {
    let mut able = Vec::new();
    for (i, case) in cases.iter().enumerate() {
        match target.obstacle(case) {
            Some(why) => report(i, Run::Unsupported(why)),
            None => able.push(i),
        }
    }
    let cases: Vec<&Case> = able.iter().map(|i| cases[*i]).collect();
    target.run(&cases, &mut |i, run| report(able[i], run));
}

/// Returns the reason why a target with these capabilities does not support a case, if there is one.
pub(super) fn lacks(case: &Case, capabilities: &BTreeSet<Capability>) -> Option<String> {
    if case.version > VERSION {
        return Some(format!(
            "it is written in version {} of the language; this tool reads version {VERSION}",
            case.version
        ));
    }
    if let Some(word) = case.experiments.first() {
        return Some(format!("`{word}` is an experimental statement that this tool does not support"));
    }
    let (what, need) = first_lack(&case.program, capabilities)?;
    Some(format!("`{what}` needs the capability `{}`, which the target lacks", need.word()))
}

/// Whether a statement itself needs a timer.
pub(super) fn uses_timer(stmt: &Stmt) -> bool {
    match stmt.op {
        Op::Timer | Op::Interval | Op::Immediate => true,
        Op::Await => &**stmt.word(Field::Target) == "timer",
        _ => false,
    }
}
