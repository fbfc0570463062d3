//! The changes since an earlier run: better, worse, appeared, vanished.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::Value;

use super::order::Mode;
use super::results::{Kind, Name, Outcome, Run};
use super::suite::Selection;

/// The version of the report. It rises with each change that a reader of an older version would misread.
pub(crate) const VERSION: u64 = 1;

/// The reason why an earlier report cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It is not JSON.
    #[error("it is not JSON: {0}; write it with --format json")]
    Json(#[from] serde_json::Error),
    /// It has another version.
    #[error("it is not a report of version {VERSION} of `test262 --format json`; write it again with this tool")]
    Version,
    /// A result in it is invalid.
    #[error("its result number {0} has an unknown path, mode or outcome; write the report again")]
    Result(usize),
}

/// An earlier run of tests.
#[derive(Clone, Debug)]
pub struct Earlier(Vec<Run>);

impl Earlier {
    /// Parses a JSON report.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not such a report.
    pub fn read(text: &str) -> Result<Earlier, Unreadable> {
        let report: Value = serde_json::from_str(text)?;
        if report["report"].as_u64() != Some(VERSION) {
            return Err(Unreadable::Version);
        }
        let results = report["results"].as_array().ok_or(Unreadable::Version)?;
        let runs = results.iter().enumerate().map(|(at, value)| read(value).ok_or(Unreadable::Result(at + 1)));
        Ok(Earlier(runs.collect::<Result<_, _>>()?))
    }

    /// The outcome of each run. The features of the tests are not kept.
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

/// The change of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The test's path.
    pub path: String,
    /// The mode of the run.
    pub mode: Option<Mode>,
    /// The earlier outcome; none if the run is new.
    pub then: Option<Outcome>,
    /// The present outcome; none if the run is gone.
    pub now: Option<Outcome>,
}

impl Change {
    /// Returns the name of the run.
    pub fn name(&self) -> Name<'_> {
        Name { path: &self.path, mode: self.mode }
    }
}

/// The changes between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Runs that pass now, or that fail now but did not complete before.
    pub better: Vec<Change>,
    /// Runs that passed before, or that failed before and do not complete now.
    pub worse: Vec<Change>,
    /// New runs.
    pub appeared: Vec<Change>,
    /// Runs that no longer exist, among the selected ones.
    pub vanished: Vec<Change>,
}

impl Comparison {
    /// Compares runs with earlier ones. Runs that are not selected are ignored.
    ///
    /// # Examples
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

/// Returns a rank, lower is better: a pass, a failure, or a run that did not complete.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Pass => 0,
        Kind::Fail => 1,
        _ => 2,
    }
}
