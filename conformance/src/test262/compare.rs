//! What changed since an earlier run: better, worse, new, gone.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use super::order::Mode;
use super::results::{Kind, Name, Outcome, Run};
use super::suite::Selection;

/// The version of the report. It rises when a reader of an older one would misread it.
pub(crate) const VERSION: u64 = 1;

/// Why an earlier report can't be compared with.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is no JSON.
    #[error("it is no JSON: {0}; write it with --format json")]
    Json(#[from] serde_json::Error),
    /// It is of another version.
    #[error("it is no report of version {VERSION} of `test262 --format json`: write it again with this tool")]
    Version,
    /// A result in it is not as they are written.
    #[error("its result number {0} has no path, mode or outcome that is known here: write the report again")]
    Result(usize),
}

/// An earlier run of tests.
#[derive(Clone, Debug)]
pub struct Earlier(Vec<Run>);

impl Earlier {
    /// Reads a report that was written in JSON.
    ///
    /// # Errors
    ///
    /// When it isn't one.
    pub fn read(text: &str) -> Result<Earlier, Unreadable> {
        let report: Value = serde_json::from_str(text)?;
        if report["report"].as_u64() != Some(VERSION) {
            return Err(Unreadable::Version);
        }
        let results = report["results"].as_array().ok_or(Unreadable::Version)?;
        let runs = results.iter().enumerate().map(|(at, value)| read(value).ok_or(Unreadable::Result(at + 1)));
        Ok(Earlier(runs.collect::<Result<_, _>>()?))
    }

    /// What came of each run. The features of their tests are not remembered.
    pub fn runs(&self) -> &[Run] {
        &self.0
    }
}

fn read(value: &Value) -> Option<Run> {
    let mode = match &value["mode"] {
        Value::Null => None,
        word => Some(Mode::named(word.as_str()?)?),
    };
    Some(Run {
        path: value["path"].as_str()?.to_owned(),
        mode,
        outcome: Outcome {
            kind: Kind::named(value["outcome"].as_str()?)?,
            reason: value["reason"].as_str().unwrap_or_default().to_owned(),
        },
        milliseconds: value["milliseconds"].as_u64().unwrap_or_default(),
        features: Vec::new(),
    })
}

/// What became of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The test's path.
    pub path: String,
    /// How its text was taken.
    pub mode: Option<Mode>,
    /// What came of it then; none if it is new.
    pub then: Option<Outcome>,
    /// What comes of it now; none if it is gone.
    pub now: Option<Outcome>,
}

impl Change {
    /// What names the run.
    pub fn name(&self) -> Name<'_> {
        Name { path: &self.path, mode: self.mode }
    }
}

/// What changed between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// What passes now, or fails now in an orderly way where it did not even do that.
    pub better: Vec<Change>,
    /// What passed, or what failed in an orderly way and does not even do that.
    pub worse: Vec<Change>,
    /// What was not there.
    pub appeared: Vec<Change>,
    /// What is not there any more, of what was selected.
    pub vanished: Vec<Change>,
}

impl Comparison {
    /// Compares runs with earlier ones. What the selection leaves out counts as neither gone nor there.
    ///
    /// ```
    /// use conformance::test262::compare::{Comparison, Earlier};
    /// use conformance::test262::suite::Selection;
    ///
    /// let earlier = r#"{ "report": 1, "results": [{ "path": "a.js", "mode": "strict", "outcome": "pass" }] }"#;
    /// let comparison = Comparison::of(&Earlier::read(earlier)?, &[], &Selection::new(&[]).unwrap());
    /// assert_eq!(comparison.vanished[0].name().to_string(), "a.js (strict)");
    /// # Ok::<_, conformance::test262::compare::Unreadable>(())
    /// ```
    pub fn of(earlier: &Earlier, runs: &[Run], selection: &Selection) -> Comparison {
        let mut then: BTreeMap<_, _> = earlier.0.iter().map(|run| (run.name(), &run.outcome)).collect();
        let mut comparison = Comparison::default();
        for run in runs {
            let before = then.remove(&run.name());
            let change = change(run.name(), before, Some(&run.outcome));
            match before.map(|before| rank(before.kind).cmp(&rank(run.outcome.kind))) {
                None => comparison.appeared.push(change),
                Some(Ordering::Less) => comparison.worse.push(change),
                Some(Ordering::Greater) => comparison.better.push(change),
                Some(Ordering::Equal) => {}
            }
        }
        let gone = then.into_iter().filter(|(name, _)| selection.has(name.path));
        comparison.vanished = gone.map(|(name, outcome)| change(name, Some(outcome), None)).collect();
        comparison
    }
}

fn change(name: Name<'_>, then: Option<&Outcome>, now: Option<&Outcome>) -> Change {
    Change { path: name.path.to_owned(), mode: name.mode, then: then.cloned(), now: now.cloned() }
}

/// The lower the better: a pass, a failure, and what keeps a test from ending.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Pass => 0,
        Kind::Fail => 1,
        _ => 2,
    }
}
