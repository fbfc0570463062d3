//! The reports of the tool.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use serde_json::json;

use crate::explained::{Class, Explanation};
use crate::hunt::Outcome;
use crate::mutant::{Home, Key, Kind, Mutant};

/// A mutant and its outcome.
pub(crate) struct Judged<'a> {
    pub(crate) mutant: &'a Mutant,
    pub(crate) outcome: Outcome,
    pub(crate) explanation: Option<&'a Explanation>,
}

impl Judged<'_> {
    fn lives(&self) -> bool {
        matches!(self.outcome, Outcome::Survived | Outcome::NotReached)
    }

    /// Whether it survives without an explanation.
    pub(crate) fn is_unexplained(&self) -> bool {
        self.lives() && self.explanation.is_none()
    }
}

const BAD: Style = AnsiColor::Red.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default();

pub(crate) fn list(mutants: &[&Mutant]) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    for mutant in mutants {
        let note = match mutant.home {
            Home::Debug => "",
            Home::Release => " [without debug assertions]",
            Home::Nowhere(reason) => &format!(" [not tried: {reason}]"),
        };
        writeln!(out, "{:4} {mutant}{note}", mutant.id)?;
    }
    Ok(())
}

pub(crate) fn text(judged: &[Judged<'_>], stale: &[String], took: Duration) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    for one in judged.iter().filter(|one| one.is_unexplained()) {
        let what = if one.outcome == Outcome::NotReached { "is not reached" } else { "survives" };
        writeln!(out, "{BAD}{what}{BAD:#} {:4} {}", one.mutant.id, one.mutant)?;
    }
    for line in stale {
        writeln!(out, "{BAD}survivors.kdl{BAD:#} {line}")?;
    }
    writeln!(
        out,
        "{:10} {:>6} {:>8} {:>9} {:>11} {:>10}",
        "kind", "tried", "detected", "explained", "unexplained", "not tried"
    )?;
    let row = |name: &str, of: &[&Judged<'_>]| {
        let count = |wanted: &dyn Fn(&Judged<'_>) -> bool| of.iter().filter(|one| wanted(one)).count();
        let noticed = count(&|one| matches!(one.outcome, Outcome::Noticed { .. }));
        let explained = count(&|one| one.lives() && one.explanation.is_some());
        let unexplained = count(&|one| one.is_unexplained());
        let rest = of.len() - noticed - explained - unexplained;
        let tried = of.len() - rest;
        format!("{name:10} {tried:6} {noticed:8} {explained:9} {unexplained:11} {rest:10}")
    };
    for kind in Kind::ALL {
        let of: Vec<_> = judged.iter().filter(|one| one.mutant.kind == kind).collect();
        if !of.is_empty() {
            writeln!(out, "{}", row(kind.name(), &of))?;
        }
    }
    writeln!(out, "{}", row("all", &judged.iter().collect::<Vec<_>>()))?;
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for one in judged {
        match one.outcome {
            Outcome::Skipped(reason) => *reasons.entry(reason).or_default() += 1,
            Outcome::NoProgram => *reasons.entry("doesn't compile").or_default() += 1,
            _ => {}
        }
    }
    for (reason, count) in reasons {
        writeln!(out, "not tried: {count:4} {reason}")?;
    }
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    for explanation in judged.iter().filter(|one| one.lives()).filter_map(|one| one.explanation) {
        *classes.entry(explanation.class).or_default() += 1;
    }
    for (class, count) in classes {
        writeln!(out, "explained: {count:4} {}", class.name())?;
    }
    let style = if stale.is_empty() && !judged.iter().any(Judged::is_unexplained) { GOOD } else { BAD };
    writeln!(out, "{style}{} mutants in {} s{style:#}", judged.len(), took.as_secs())
}

pub(crate) fn json(judged: &[Judged<'_>], stale: &[String], took: Duration) -> io::Result<()> {
    let of = |one: &Judged<'_>| {
        let (outcome, test, how) = match &one.outcome {
            Outcome::Noticed { test, end } => ("noticed", Some(test.as_str()), Some(end.to_string())),
            Outcome::Survived => ("survived", None, None),
            Outcome::NotReached => ("not reached", None, None),
            Outcome::NoProgram => ("doesn't compile", None, None),
            Outcome::Skipped(reason) => ("not tried", None, Some((*reason).to_owned())),
        };
        let Mutant { id, file, line, function, kind, edit, .. } = one.mutant;
        let (class, reason) = match one.explanation {
            Some(explanation) => (Some(explanation.class.name()), Some(explanation.reason.as_str())),
            None => (None, None),
        };
        json!({
            "number": id, "file": file, "line": line, "function": function, "kind": kind.name(), "edit": edit,
            "outcome": outcome, "test": test, "how": how, "class": class, "reason": reason,
        })
    };
    let mutants: Vec<_> = judged.iter().map(of).collect();
    let report = json!({ "seconds": took.as_secs(), "mutants": mutants, "mistakes_in_survivors_kdl": stale });
    writeln!(anstream::stdout().lock(), "{report:#}")
}

/// Returns the survivors without an explanation, to be put into `survivors.kdl`.
pub(crate) fn kdl(judged: &[Judged<'_>]) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    let mut by_file: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for one in judged.iter().filter(|one| one.is_unexplained()) {
        let Key { file, function, edit } = one.mutant.key();
        by_file.entry(file).or_default().entry(function).or_default().push(edit);
    }
    for (file, functions) in by_file {
        writeln!(out, "file {} {{", quoted(&file))?;
        for (function, edits) in functions {
            writeln!(out, "    fn {} {{", quoted(&function))?;
            for edit in edits {
                writeln!(out, "        equivalent {} \"\"", quoted(&edit))?;
            }
            writeln!(out, "    }}")?;
        }
        writeln!(out, "}}")?;
    }
    Ok(())
}

fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("#\"{text}\"#") } else { format!("\"{text}\"") }
}
