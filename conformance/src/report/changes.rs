//! The changes between two JSON results.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::{Value, json};

use super::count::count;
use super::style::STRONG;

/// The version of the JSON report that is read.
const VERSION: u64 = 2;

const BETTER: Style = AnsiColor::Green.on_default();
const WORSE: Style = AnsiColor::Red.on_default().bold();
const OTHER: Style = AnsiColor::Yellow.on_default();

/// The reason why a text is not a JSON result.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// It is not JSON.
    #[error("invalid JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON of another kind.
    #[error("it has no `report` and `cases`, as `conformance run --format json` writes them")]
    Form,
    /// It has another version.
    #[error("its form is version {0}; this tool reads version {VERSION}")]
    Version(u64),
}

/// A result of `conformance run --format json`: what each target gave on each case.
#[derive(Debug)]
pub struct Results {
    targets: BTreeMap<String, String>,
    cells: BTreeMap<(String, String), Cell>,
}

#[derive(Clone, Debug, PartialEq)]
struct Cell {
    verdict: String,
    strands: Value,
    reason: Option<String>,
}

impl Cell {
    /// Returns a rank; a higher one is worse. An unknown verdict is the worst.
    fn rank(&self) -> u8 {
        match &*self.verdict {
            "conforms" => 0,
            "known_deviation" => 1,
            "unstable" => 2,
            "unexplained" => 3,
            "error" => 4,
            _ => 5,
        }
    }

    fn is_supported(&self) -> bool {
        self.verdict != "not_supported"
    }
}

impl Results {
    /// Reads a result.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not a JSON result of a version that can be read.
    pub fn read(text: &str) -> Result<Results, Unusable> {
        let report: Value = serde_json::from_str(text)?;
        let version = report.get("report").and_then(Value::as_u64).ok_or(Unusable::Form)?;
        if version != VERSION {
            return Err(Unusable::Version(version));
        }
        let list = |key: &str| report.get(key).and_then(Value::as_array).ok_or(Unusable::Form);
        let word = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let mut results = Results { targets: BTreeMap::new(), cells: BTreeMap::new() };
        for target in list("targets")? {
            let name = word(target, "name").ok_or(Unusable::Form)?;
            results.targets.insert(name, word(target, "describe").unwrap_or_default());
        }
        for case in list("cases")? {
            let id = word(case, "id").ok_or(Unusable::Form)?;
            let found = case.get("results").and_then(Value::as_object).ok_or(Unusable::Form)?;
            for (target, result) in found {
                let verdict = word(result, "verdict").ok_or(Unusable::Form)?;
                let strands = result.get("strands").cloned().unwrap_or_default();
                let cell = Cell { verdict, strands, reason: word(result, "reason") };
                results.cells.insert((target.clone(), id.clone()), cell);
            }
        }
        Ok(results)
    }
}

/// The kind of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The verdict got worse, or a result vanished from a target that still runs.
    Worse,
    /// The verdict got better.
    Better,
    /// The outcome changed, but not the verdict; or support for the case appeared or vanished.
    Other,
    /// The case is new.
    New,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Worse => "worse",
            Kind::Better => "better",
            Kind::Other => "other outcome",
            Kind::New => "new",
        }
    }
}

/// A change of one result.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its kind.
    pub kind: Kind,
    /// The target.
    pub target: String,
    /// The case.
    pub case: String,
    /// The change in words.
    pub what: String,
}

/// All changes between two results.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// The changes, the worse ones first.
    pub list: Vec<Change>,
    /// The number of results that are in both, and equal.
    pub equal: usize,
    /// The targets that only one result has, with a word that says which.
    pub targets: Vec<(String, &'static str)>,
    /// The targets whose description changed: name, before, after.
    pub versions: Vec<(String, String, String)>,
}

impl Changes {
    /// Returns the changes from an old result to a new one. Targets that only one of them has are listed, but their
    /// results are not compared.
    pub fn between(old: &Results, new: &Results) -> Changes {
        let mut changes = Changes::default();
        for (target, before) in &old.targets {
            match new.targets.get(target) {
                None => changes.targets.push((target.clone(), "only in the old result")),
                Some(after) if after != before => {
                    changes.versions.push((target.clone(), before.clone(), after.clone()));
                }
                Some(_) => {}
            }
        }
        let added = new.targets.keys().filter(|target| !old.targets.contains_key(*target));
        changes.targets.extend(added.map(|target| (target.clone(), "only in the new result")));
        let both = |target: &String| old.targets.contains_key(target) && new.targets.contains_key(target);
        let keys: std::collections::BTreeSet<_> = old.cells.keys().chain(new.cells.keys()).collect();
        for key in keys.into_iter().filter(|(target, _)| both(target)) {
            match difference(old.cells.get(key), new.cells.get(key)) {
                None => changes.equal += 1,
                Some((kind, what)) => {
                    changes.list.push(Change { kind, target: key.0.clone(), case: key.1.clone(), what });
                }
            }
        }
        changes.list.sort_by_key(|change| change.kind);
        changes
    }

    /// Whether any result got worse.
    pub fn is_worse(&self) -> bool {
        self.list.iter().any(|change| change.kind == Kind::Worse)
    }

    /// Prints the changes for people.
    ///
    /// # Errors
    ///
    /// Returns the writer's error.
    pub fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        for (target, before, after) in &self.versions {
            writeln!(out, "{STRONG}{target}{STRONG:#} was {before}, is {after}")?;
        }
        for (target, which) in &self.targets {
            writeln!(out, "{STRONG}{target}{STRONG:#} is {which}, and not compared")?;
        }
        for kind in [Kind::Worse, Kind::Better, Kind::Other, Kind::New] {
            let style = match kind {
                Kind::Worse => WORSE,
                Kind::Better => BETTER,
                Kind::Other | Kind::New => OTHER,
            };
            for change in self.list.iter().filter(|change| change.kind == kind) {
                let (case, target) = (&change.case, &change.target);
                writeln!(out, "{style}{}{style:#}  {case} on {target}: {}", kind.word(), change.what)?;
            }
        }
        writeln!(out, "{self}")
    }

    /// Returns the changes for machines.
    pub fn json(&self) -> Value {
        let list = self.list.iter().map(|change| {
            json!({ "kind": change.kind.word(), "target": change.target, "case": change.case, "what": change.what })
        });
        let list: Vec<_> = list.collect();
        let targets: Vec<_> =
            self.targets.iter().map(|(name, which)| json!({ "name": name, "which": which })).collect();
        let versions: Vec<_> =
            self.versions.iter().map(|(name, old, new)| json!({ "name": name, "old": old, "new": new })).collect();
        json!({ "worse": self.is_worse(), "equal": self.equal, "changes": list, "targets": targets,
            "versions": versions })
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = |kind: Kind| self.list.iter().filter(|change| change.kind == kind).count();
        write!(
            f,
            "{} worse, {} better, {} with another outcome, {} new, {} unchanged",
            number(Kind::Worse),
            number(Kind::Better),
            number(Kind::Other),
            count(number(Kind::New), "result"),
            self.equal,
        )
    }
}

/// Returns the change between two cells, or none if they are equal.
fn difference(old: Option<&Cell>, new: Option<&Cell>) -> Option<(Kind, String)> {
    match (old, new) {
        (None, None) => None,
        (None, Some(new)) => Some((Kind::New, words(new))),
        (Some(old), None) => Some((Kind::Worse, format!("was {}, and has no result now", words(old)))),
        (Some(old), Some(new)) if old.verdict == new.verdict => {
            let same = old.strands == new.strands;
            (!same).then(|| (Kind::Other, format!("still {}; saw {}, sees {}", words(new), old.strands, new.strands)))
        }
        (Some(old), Some(new)) => {
            let kind = match (old.is_supported(), new.is_supported()) {
                (true, true) if new.rank() > old.rank() => Kind::Worse,
                (true, true) => Kind::Better,
                (false, true) if new.rank() > 2 => Kind::Worse,
                _ => Kind::Other,
            };
            Some((kind, format!("was {}, is {}", words(old), words(new))))
        }
    }
}

fn words(cell: &Cell) -> String {
    let verdict = cell.verdict.replace('_', " ");
    match cell.reason.as_deref().and_then(|reason| reason.lines().next()) {
        Some(reason) => format!("{verdict} ({reason})"),
        None => verdict,
    }
}
